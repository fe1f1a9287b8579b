// Do two texts say the same? For the forms of a multipart/alternative: line breaks, punctuation, width, case and links
// may differ, words may not. Works for Japanese, which has no blanks between words: runs of three characters are
// counted. Linear; only the first 64 KB of each text are looked at. AC-069.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

namespace mugaika::sandboxed {

inline constexpr std::size_t compared_bytes_max = 64u << 10;

// What one text says, prepared for comparing.
class Words {
public:
    explicit Words(std::string_view untrusted_utf8);

    std::size_t characters() const noexcept { return characters_; }  // letters and digits, links left out
    // Hashes of all runs of three characters, in order.
    const std::vector<std::uint32_t>& runs() const noexcept { return runs_; }

private:
    std::size_t characters_ = 0;
    std::vector<std::uint32_t> runs_;
};

// More than half of either is missing in the other.
bool differ(const Words& a, const Words& b);

// The text form says little or nothing of what the HTML form says: it is empty, far shorter, or a short note that the
// mail is to be read as HTML.
bool is_stub(std::string_view plain_text, const Words& plain, const Words& html);

}  // namespace mugaika::sandboxed
