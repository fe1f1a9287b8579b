#include "sanitizer/compose/notice_mark.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>

#include "policy/ascii.hpp"
#include "policy/utf8.hpp"

namespace mugaika {
namespace {

// What the marks say, without dashes and blanks: enough to be taken for one.
constexpr std::array<std::string_view, 2> phrases{"無害化システムからのお知らせ", "noticefromthemailsanitizer"};
// Words that make a line with a rule in it suspicious, however the rest is spelled.
constexpr std::array<std::string_view, 4> key_words{"無害化", "mugaika", "sanitizer", "sanitiser"};
constexpr std::size_t rule_length_min = 3;

bool is_blank(char32_t c) noexcept {
    return c == ' ' || c == '\t' || c == 0xa0 || c == 0x1680 || (c >= 0x2000 && c <= 0x200a) || c == 0x202f ||
           c == 0x205f || c == 0x2800 || c == 0x3000;
}

// Dashes, strokes and what passes for one in a proportional font; sorted, for the binary search.
constexpr auto dashes = std::to_array<char32_t>({
    '#',    '*',    '-',    '=',    '_',    '~',    0x00af, 0x02c9, 0x02d7, 0x2010, 0x2011, 0x2012, 0x2013,
    0x2014, 0x2015, 0x2043, 0x2212, 0x23af, 0x2e3a, 0x2e3b, 0x2e40, 0x301c, 0x30a0, 0x30fc, 0x3161, 0x4e00,
    0xa78a, 0xfe58, 0xfe63, 0xff03, 0xff0a, 0xff0d, 0xff1d, 0xff3f, 0xff5e, 0xff70, 0xffe3,
});
static_assert(std::is_sorted(dashes.begin(), dashes.end()));

bool is_dash(char32_t c) noexcept {
    const bool is_drawn = c >= 0x2500 && c <= 0x25ff;  // box drawing, blocks, shapes
    return is_drawn || std::binary_search(dashes.begin(), dashes.end(), c);
}

char32_t narrow_lower(char32_t c) noexcept {
    if (c >= 0xff01 && c <= 0xff5e) c -= 0xff01 - U'!';  // full-width ASCII
    return c < 0x80 ? static_cast<char32_t>(static_cast<unsigned char>(ascii::to_lower(static_cast<char>(c)))) : c;
}

// Asked of every line, so the cheap question first: all phrases and key words hold 無, or an m or n that is ASCII or,
// in full width, begins with the byte EF.
bool may_be_mark(std::string_view line) noexcept {
    const auto telling = [](char c) { return c == 'm' || c == 'n' || c == 'M' || c == 'N' || c == '\xef'; };
    return std::any_of(line.begin(), line.end(), telling) || line.find("無") != line.npos;
}

bool contains(std::string_view text, std::string_view part) noexcept { return text.find(part) != text.npos; }

}  // namespace

std::string_view opening_mark(Language language) noexcept {
    return language == Language::ja ? "━━━━━━ メール無害化システムからのお知らせ ━━━━━━"
                                    : "======== Notice from the mail sanitizer ========";
}

std::string_view closing_mark(Language language) noexcept {
    return language == Language::ja ? "━━━━━━ 無害化システムからのお知らせはここまで ━━━━━━"
                                    : "======== End of the notice from the mail sanitizer ========";
}

bool looks_like_mark(std::string_view line) {
    if (!may_be_mark(line)) return false;
    std::string words;  // the line without blanks and dashes
    std::size_t rule = 0;
    std::size_t longest_rule = 0;
    while (!line.empty()) {
        const utf8::Character character = utf8::first(line);
        line.remove_prefix(character.bytes);
        if (is_blank(character.value)) continue;
        rule = is_dash(character.value) ? rule + 1 : 0;
        longest_rule = std::max(longest_rule, rule);
        if (rule == 0) utf8::append(words, narrow_lower(character.value));
    }
    const auto says = [&](std::string_view part) { return contains(words, part); };
    if (std::any_of(phrases.begin(), phrases.end(), says)) return true;
    return longest_rule >= rule_length_min && std::any_of(key_words.begin(), key_words.end(), says);
}

}  // namespace mugaika
