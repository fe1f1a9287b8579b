#include "sanitizer/sandboxed/text/broken_line.hpp"

#include <cstddef>

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr bool is_graphic(char c) noexcept { return c >= 0x21 && c <= 0x7e; }

// Rows of JIS X 0208: kana; those of everyday text; all that hold anything.
constexpr bool is_kana_row(char row) noexcept { return row == 0x24 || row == 0x25; }
constexpr bool is_everyday_row(char row) noexcept {
    return (row >= 0x21 && row <= 0x25) || (row >= 0x30 && row <= 0x4f);
}
constexpr bool is_row(char row) noexcept { return row <= 0x28 || row == 0x2d || (row >= 0x30 && row <= 0x74); }

struct Pairs {
    std::size_t all = 0;
    std::size_t kana = 0;
    std::size_t everyday = 0;
    bool fit = true;        // of rows that hold something
    bool has_tail = false;  // the line ends inside a character once more
};

// Blanks between characters are left bare by some mailers.
Pairs count_pairs(std::string_view stretch, bool has_half) noexcept {
    Pairs pairs;
    std::size_t at = has_half ? 1 : 0;  // the half's second byte says nothing
    while (at < stretch.size()) {
        const char row = stretch[at];
        if (ascii::is_blank(row)) {
            ++at;
            continue;
        }
        const bool is_last = at + 1 == stretch.size();
        pairs.fit = is_graphic(row) && is_row(row) && (is_last || is_graphic(stretch[at + 1]));
        pairs.has_tail = is_last;
        if (!pairs.fit || is_last) return pairs;
        ++pairs.all;
        if (is_kana_row(row)) ++pairs.kana;
        if (is_everyday_row(row)) ++pairs.everyday;
        at += 2;
    }
    return pairs;
}

}  // namespace

LineRest judge_line_rest(std::string_view rest, bool has_half) noexcept {
    const std::size_t end = rest.find_first_of("\x1b\r\n\x0e\x0f");
    const std::string_view stretch = rest.substr(0, end);
    const bool is_closed = end != std::string_view::npos &&
                           (rest.substr(end).starts_with("\x1b(B") || rest.substr(end).starts_with("\x1b(J"));
    if (stretch.empty() || (has_half && !is_graphic(stretch.front()))) return LineRest::ascii;
    const Pairs pairs = count_pairs(stretch, has_half);
    if (!pairs.fit || (is_closed && pairs.has_tail)) return LineRest::ascii;
    // Back to ASCII where nobody left it: only the rest of a Japanese line ends so.
    if (is_closed || (pairs.all > 0 && pairs.kana * 4 >= pairs.all)) return LineRest::pairs;
    return pairs.everyday * 2 >= pairs.all ? LineRest::doubtful : LineRest::ascii;
}

}  // namespace mugaika::sandboxed
