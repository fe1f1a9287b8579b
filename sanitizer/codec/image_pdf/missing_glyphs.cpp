#include "sanitizer/codec/image_pdf/missing_glyphs.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdint>
#include <iterator>
#include <map>
#include <system_error>

#include "policy/utf8.hpp"
#include "sanitizer/mail/private_use_mark.hpp"

namespace mugaika::codec {
namespace {

constexpr std::uint32_t code_points = 0x110000;

struct Range {
    char32_t first, last;
};
// Blanks, joiners, marks of direction, variation selectors, tags: nothing of them is missed.
constexpr std::array unseen{
    Range{0x0, 0x20},      Range{0x7f, 0xa0},       Range{0xad, 0xad},       Range{0x34f, 0x34f},
    Range{0x61c, 0x61c},   Range{0x115f, 0x1160},   Range{0x17b4, 0x17b5},   Range{0x180b, 0x180f},
    Range{0x2000, 0x200f}, Range{0x2028, 0x202f},   Range{0x205f, 0x206f},   Range{0x3000, 0x3000},
    Range{0x3164, 0x3164}, Range{0xfe00, 0xfe0f},   Range{0xfeff, 0xfeff},   Range{0xffa0, 0xffa0},
    Range{0xfff0, 0xffff}, Range{0x1bca0, 0x1bca3}, Range{0x1d173, 0x1d17a}, Range{0xe0000, 0xeffff}};
// U+F000 to U+F0FF are the places of symbol fonts, whose signs LibreOffice takes from another one.
constexpr std::array symbols{Range{0xf000, 0xf0ff}};
constexpr std::array private_use{Range{0xe000, 0xf8ff}, Range{0xf0000, 0x10ffff}};

template <std::size_t count>
bool is_in(const std::array<Range, count>& ranges, char32_t letter) noexcept {
    return std::any_of(ranges.begin(), ranges.end(),
                       [letter](const Range& one) { return letter >= one.first && letter <= one.last; });
}

enum class PrivateUse : bool { ignored, looked_for };

bool is_missed(char32_t letter, PrivateUse wanted) noexcept {
    if (is_in(unseen, letter) || is_in(symbols, letter)) return false;
    return wanted == PrivateUse::looked_for || !is_in(private_use, letter);
}

std::uint32_t hex_number(std::string_view digits) noexcept {
    std::uint32_t value = code_points;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    return read.ec == std::errc() && read.ptr == digits.data() + digits.size() ? value : code_points;
}

void add(std::vector<Range>& ranges, std::string_view words) {
    const std::size_t dash = words.find('-');
    const std::uint32_t first = hex_number(words.substr(0, dash));
    const std::uint32_t last = dash == words.npos ? first : hex_number(words.substr(dash + 1));
    if (first <= last && last < code_points) ranges.push_back({first, last});
}

// In order, none touching the next.
std::vector<Range> read_coverage(std::string_view lines) {
    std::vector<Range> ranges, joined;
    while (!lines.empty()) {
        const std::size_t end = std::min(lines.find_first_of(" \n"), lines.size());
        add(ranges, lines.substr(0, end));
        lines.remove_prefix(std::min(end + 1, lines.size()));
    }
    std::sort(ranges.begin(), ranges.end(), [](const Range& a, const Range& b) { return a.first < b.first; });
    for (const Range& one : ranges) {
        if (joined.empty() || one.first > joined.back().last + 1) {
            joined.push_back(one);
        } else {
            joined.back().last = std::max(joined.back().last, one.last);
        }
    }
    return joined;
}

bool is_covered(const std::vector<Range>& ranges, char32_t letter) {
    const auto behind = std::upper_bound(ranges.begin(), ranges.end(), letter,
                                         [](char32_t value, const Range& one) { return value < one.first; });
    return behind != ranges.begin() && letter <= std::prev(behind)->last;
}

}  // namespace

std::vector<MissingGlyph> missing_glyphs(std::string_view untrusted) {
    const PrivateUse wanted = untrusted.starts_with(private_use_mark) ? PrivateUse::looked_for : PrivateUse::ignored;
    if (wanted == PrivateUse::looked_for) untrusted.remove_prefix(private_use_mark.size());
    const std::size_t fonts_end = std::min(untrusted.find('\f'), untrusted.size());
    const auto covered = read_coverage(untrusted.substr(0, fonts_end));
    std::string_view text = untrusted.substr(std::min(fonts_end + 1, untrusted.size()));
    std::vector<MissingGlyph> missing;
    for (std::uint32_t page = 1; !text.empty() && missing.size() < missing_listed_max; ++page) {
        std::map<char32_t, std::uint32_t> of_page;
        while (!text.empty()) {
            const utf8::Character letter = utf8::first(text);
            text.remove_prefix(letter.bytes);
            if (letter.value == '\f') break;
            if (letter.valid && !is_covered(covered, letter.value) && is_missed(letter.value, wanted))
                ++of_page[letter.value];
        }
        for (const auto& [letter, count] : of_page) {
            if (missing.size() < missing_listed_max) missing.push_back({page, letter, count});
        }
    }
    return missing;
}

}  // namespace mugaika::codec
