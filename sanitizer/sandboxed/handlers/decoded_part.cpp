#include "sanitizer/sandboxed/handlers/decoded_part.hpp"

#include <cstdint>
#include <utility>

#include "policy/findings.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/kinds.hpp"
#include "sanitizer/sandboxed/text/clean_text.hpp"

namespace mugaika::sandboxed {
namespace {

// Cut after a line end where there is one: no charset of ours carries a half character over it.
std::string_view cut_bytes(std::string_view bytes, std::size_t bytes_max) {
    if (bytes.size() <= bytes_max || bytes_max == 0) return bytes.substr(0, bytes_max);
    const std::size_t line_end = bytes.rfind('\n', bytes_max - 1);
    return line_end == std::string_view::npos ? utf8::cut(bytes, bytes_max) : bytes.substr(0, line_end + 1);
}

}  // namespace

Decoded decode_bytes(std::string_view untrusted_bytes, std::string_view label, std::size_t bytes_max) {
    Decoded decoded = decode_text(cut_bytes(untrusted_bytes, bytes_max), label);
    if (untrusted_bytes.size() > bytes_max) decoded.notes.push_back(Reason::text_too_long);
    return decoded;
}

Decoded decode_part(const Part& part, std::string_view label, std::size_t bytes_max) {
    return decode_bytes(part.untrusted_bytes, label, bytes_max);
}

bool is_no_text_at_all(const PartFacts& facts, const Decoded& decoded) {
    constexpr std::uint64_t bad_characters_min = 5;
    return !is_called_text(facts) && decoded.undecodable >= bad_characters_min &&
           decoded.undecodable * 20 > decoded.utf8.size();
}

TextMade to_text_made(Decoded decoded, std::size_t room) {
    TextMade made;
    made.notes = std::move(decoded.notes);
    const std::size_t bytes_max = 2 * room;  // CRLF becomes LF; what else cleaning takes away is no text for anyone
    if (decoded.utf8.size() > bytes_max) {
        decoded.utf8.resize(utf8::cut(decoded.utf8, bytes_max).size());
        add_once(made.notes, Reason::text_too_long);
    }
    made.text = clean_text(decoded.utf8, made.notes);
    made.charset = std::move(decoded.charset);
    made.undecodable = decoded.undecodable;
    return made;
}

}  // namespace mugaika::sandboxed
