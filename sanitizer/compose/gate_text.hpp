// The gate's own reading of texts: base64, UTF-8, which characters may be seen, and the notice. Nothing of this is
// shared with the code that writes them.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace mugaika::gate {

struct Breach {
    std::string_view rule;  // a literal
    std::size_t offset = 0;
};
using Judged = std::optional<Breach>;  // nothing: no rule is broken

// One line of canonical base64: padded, no stray bits. Nothing when it is not.
std::optional<std::string> decode_base64(std::string_view line);

// Lines of 76 characters and a last one of at most 76, CRLF after each; appends the bytes.
Judged decode_base64_lines(std::string_view lines, std::string& out);

// Valid UTF-8 in one line, nothing but characters that can be seen.
bool is_seen_line(std::string_view utf8) noexcept;

// What the header says of the notice.
enum class NoticeRule {
    may_have_one,  // nothing that a reader would miss
    is_seen,       // it stands first, or a line that points to it does
    stands_first,
    is_only_one,
};

struct TextRules {
    bool links_must_be_dead = false;      // nothing outside the notice may be clickable either
    std::string_view notice_phrase = {};  // of the site: stands in the notice alone
};

// A whole text with CRLF line ends: characters, at most one notice at its start or end that names `id`, and outside it
// nothing that speaks with our voice (gate_voice) and no scheme that a program would follow (gate_link).
Judged judge_text(std::string_view text, std::string_view id, NoticeRule, const TextRules& = {});

}  // namespace mugaika::gate
