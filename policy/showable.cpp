#include "policy/showable.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "policy/ascii.hpp"
#include "policy/japanese_set.hpp"
#include "policy/utf8.hpp"

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

constexpr JapaneseSet everyday_japanese(is_everyday);

static_assert(std::endian::native == std::endian::little);  // load() has the first byte lowest

template <typename Number>
Number load(const char* at) noexcept {
    Number number = 0;
    std::memcpy(&number, at, sizeof number);
    return number;
}

// Are all eight bytes between ' ' and '~'? What is below borrows, what is above carries into the top bit of its byte.
constexpr bool are_printable(std::uint64_t eight) noexcept {
    constexpr std::uint64_t ones = 0x0101010101010101;
    return ((eight | (eight - ones * ' ') | (eight + ones)) & ones * 0x80) == 0;
}

// Three bytes between U+3000 and U+9FFF, so that no overlong form or surrogate is among them. The fourth is not read.
constexpr bool is_everyday_japanese(std::uint32_t three_and_one) noexcept {
    if ((three_and_one & 0xc0c0f0) != 0x8080e0) return false;
    return everyday_japanese.has((three_and_one & 0x0f) << 12 | (three_and_one >> 2 & 0xfc0) |
                                 (three_and_one >> 16 & 0x3f));
}

// Pictures that sequences with U+200D are made of, and the signs for men, women and professions in them.
constexpr bool is_emoji(char32_t c) noexcept {
    return (c >= 0x1f000 && c <= 0x1faff) || (c >= 0x2600 && c <= 0x27bf) || (c >= 0x2b00 && c <= 0x2bff) ||
           c == 0x2194 || c == 0x2195;
}

// Takes the last character off `text`; U+FFFD for what is no UTF-8, 0 when there is none.
char32_t take_last(std::string_view& text) noexcept {
    if (text.empty()) return 0;
    std::size_t at = text.size() - 1;
    while (at > 0 && text.size() - at < 4 && (static_cast<unsigned char>(text[at]) & 0xc0) == 0x80) --at;
    const char32_t last = utf8::first(text.substr(at)).value;
    text.remove_suffix(text.size() - at);
    return last;
}

constexpr std::size_t look_bytes = sizeof(std::uint64_t);

// everyday_run as far as there are eight bytes to look at.
std::size_t everyday_run_of_looks(std::string_view text) noexcept {
    std::size_t done = 0;
    while (text.size() - done >= look_bytes) {
        const char* const eight = text.data() + done;
        // Branches, which the processor guesses: computing the step would make each look wait for the one before.
        if (is_everyday_japanese(load<std::uint32_t>(eight))) [[likely]] {
            done += 3;
        } else if (are_printable(load<std::uint64_t>(eight))) [[likely]] {
            done += 8;
        } else if (ascii::is_printable(*eight)) [[likely]] {
            done += 1;
        } else {
            break;
        }
    }
    return done;
}

}  // namespace

bool is_showable(char32_t c) noexcept {
    if (c >= 0x3165 && c < 0xd800) return true;  // kanji and kana are most of Japanese text
    if (c >= 0x2070 && c < 0x3164) return true;
    if (c > 0x10ffff || (c & 0xfffe) == 0xfffe) return false;
    const auto* range = std::lower_bound(refused.begin(), refused.end(), c,
                                         [](const Range& r, char32_t value) { return r.last < value; });
    return range == refused.end() || c < range->first;
}

bool joins_emoji(std::string_view before, std::string_view after) noexcept {
    constexpr char32_t picture_selector = 0xfe0f;
    char32_t last = take_last(before);
    if (last == picture_selector) last = take_last(before);
    return is_emoji(last) && !after.empty() && is_emoji(utf8::first(after).value);
}

std::size_t everyday_run(std::string_view untrusted_text) noexcept {
    const std::size_t done = everyday_run_of_looks(untrusted_text);
    if (untrusted_text.size() - done >= look_bytes) return done;
    // The rest, with NUL behind it, which is no everyday character and ends none.
    std::array<char, 2 * look_bytes> rest{};
    untrusted_text.copy(rest.data(), look_bytes, done);
    return done + everyday_run_of_looks({rest.data(), rest.size()});
}

}  // namespace mugaika
