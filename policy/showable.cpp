#include "policy/showable.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

#include "policy/ascii.hpp"

namespace mugaika {
namespace {

struct Range {
    char32_t first;
    char32_t last;
};

// Sorted, for the binary search. Noncharacters at the end of each plane are judged by their low bits instead.
constexpr std::array refused{
    Range{0x0000, 0x001f},     // C0
    Range{0x007f, 0x009f},     // DEL, C1
    Range{0x00ad, 0x00ad},     // soft hyphen
    Range{0x034f, 0x034f},     // combining grapheme joiner
    Range{0x061c, 0x061c},     // Arabic letter mark
    Range{0x115f, 0x1160},     // Hangul fillers
    Range{0x17b4, 0x17b5},     // Khmer inherent vowels
    Range{0x180b, 0x180f},     // Mongolian variation selectors and vowel separator
    Range{0x200b, 0x200f},     // zero width, directional marks
    Range{0x2028, 0x202e},     // line and paragraph separators, bidi embeddings and overrides
    Range{0x2060, 0x206f},     // word joiner, invisible operators, bidi isolates
    Range{0x3164, 0x3164},     // Hangul filler
    Range{0xd800, 0xf8ff},     // surrogates, private use
    Range{0xfdd0, 0xfdef},     // noncharacters
    Range{0xfeff, 0xfeff},     // byte order mark
    Range{0xffa0, 0xffa0},     // half-width Hangul filler
    Range{0xfff0, 0xfffb},     // unassigned, interlinear annotation
    Range{0x1d173, 0x1d17a},   // musical controls
    Range{0xe0000, 0xe007f},   // tags
    Range{0xf0000, 0x10ffff},  // private use planes
};

constexpr bool is_sorted() {
    for (std::size_t i = 1; i < refused.size(); ++i) {
        if (refused[i - 1].last >= refused[i].first) return false;
    }
    return true;
}
static_assert(is_sorted());

constexpr bool none_in(char32_t first, char32_t last) {
    return std::none_of(refused.begin(), refused.end(),
                        [=](const Range& r) { return r.first <= last && r.last >= first; });
}
static_assert(none_in(0x3165, 0xd7ff) && none_in(0x2070, 0x3163));

}  // namespace

bool is_showable(char32_t c) noexcept {
    if (c >= 0x3165 && c < 0xd800) return true;  // kanji and kana are most of Japanese text
    if (c >= 0x2070 && c < 0x3164) return true;
    if (c > 0x10ffff || (c & 0xfffe) == 0xfffe) return false;
    const auto* range = std::lower_bound(refused.begin(), refused.end(), c,
                                         [](const Range& r, char32_t value) { return r.last < value; });
    return range == refused.end() || c < range->first;
}

std::size_t everyday_run(std::string_view untrusted_text) noexcept {
    const auto* at = untrusted_text.begin();
    const auto* const end = untrusted_text.end();
    while (at != end) {
        if (ascii::is_printable(*at)) {
            ++at;
            continue;
        }
        // All others lie between U+3000 and U+9FFF: three bytes, and no overlong form or surrogate among them.
        if (end - at < 3) break;
        const unsigned lead = static_cast<unsigned char>(at[0]);
        const unsigned second = static_cast<unsigned char>(at[1]) ^ 0x80u;  // 0 … 0x3f in a continuation byte
        const unsigned third = static_cast<unsigned char>(at[2]) ^ 0x80u;
        if (lead < 0xe3 || lead > 0xe9 || (second | third) > 0x3f) break;
        if (!is_everyday((lead & 0x0f) << 12 | second << 6 | third)) break;
        at += 3;
    }
    return static_cast<std::size_t>(at - untrusted_text.begin());
}

}  // namespace mugaika
