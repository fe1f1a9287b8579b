#include "sanitizer/sandboxed/html/html_list.hpp"

#include <algorithm>
#include <array>

#include "policy/ascii.hpp"
#include "policy/utf8.hpp"

namespace mugaika::sandboxed {
namespace {

struct Name {
    std::string_view name;
    ListMarker marker;
};

constexpr auto names = std::to_array<Name>({
    {"none", ListMarker::none},
    {"disc", ListMarker::bullet},
    {"circle", ListMarker::bullet},
    {"square", ListMarker::bullet},
    {"decimal", ListMarker::decimal},
    {"decimal-leading-zero", ListMarker::decimal},
    {"lower-alpha", ListMarker::lower_alpha},
    {"lower-latin", ListMarker::lower_alpha},
    {"upper-alpha", ListMarker::upper_alpha},
    {"upper-latin", ListMarker::upper_alpha},
    {"lower-roman", ListMarker::lower_roman},
    {"upper-roman", ListMarker::upper_roman},
    {"cjk-ideographic", ListMarker::kanji},
    {"cjk-decimal", ListMarker::kanji},
    {"japanese-informal", ListMarker::kanji},
    {"japanese-formal", ListMarker::kanji},
    {"trad-chinese-informal", ListMarker::kanji},
    {"simp-chinese-informal", ListMarker::kanji},
    {"hiragana", ListMarker::hiragana},
    {"katakana", ListMarker::katakana},
    {"hiragana-iroha", ListMarker::iroha},
    {"katakana-iroha", ListMarker::iroha},
});

constexpr std::u32string_view aiueo =
    U"アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヰヱヲン";
constexpr std::u32string_view iroha =
    U"イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス";
constexpr char32_t katakana_to_hiragana = U'ア' - U'あ';

// a … z, aa, ab …: every number above 0 has one.
std::string letters(int value, char first) {
    std::string out;
    for (; value > 0; value = (value - 1) / 26) out.insert(out.begin(), static_cast<char>(first + (value - 1) % 26));
    return out;
}

std::string roman(int value, bool upper) {
    struct Sign {
        int value;
        std::string_view sign;
    };
    constexpr auto signs = std::to_array<Sign>({{1000, "m"},
                                                {900, "cm"},
                                                {500, "d"},
                                                {400, "cd"},
                                                {100, "c"},
                                                {90, "xc"},
                                                {50, "l"},
                                                {40, "xl"},
                                                {10, "x"},
                                                {9, "ix"},
                                                {5, "v"},
                                                {4, "iv"},
                                                {1, "i"}});
    std::string out;
    for (const Sign& one : signs) {
        for (; value >= one.value; value -= one.value) out += one.sign;
    }
    if (upper)
        std::transform(out.begin(), out.end(), out.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
    return out;
}

// Up to 99: no list in a mail is longer.
std::string kanji(int value) {
    constexpr auto digits = std::to_array<std::string_view>({"", "一", "二", "三", "四", "五", "六", "七", "八", "九"});
    std::string out;
    if (value >= 20) out += digits.at(static_cast<std::size_t>(value / 10));
    if (value >= 10) out += "十";
    out += digits.at(static_cast<std::size_t>(value % 10));
    return out;
}

std::string one_of(std::u32string_view signs, int value, char32_t shift = 0) {
    std::string out;
    utf8::append(out, signs[static_cast<std::size_t>(value) - 1] - shift);
    return out;
}

// "" where this way of counting has no sign for the number.
std::string counted(ListMarker marker, int value) {
    if (value < 1) return {};
    switch (marker) {
        case ListMarker::lower_alpha:
            return letters(value, 'a') + ". ";
        case ListMarker::upper_alpha:
            return letters(value, 'A') + ". ";
        case ListMarker::lower_roman:
            return value > 3999 ? "" : roman(value, false) + ". ";
        case ListMarker::upper_roman:
            return value > 3999 ? "" : roman(value, true) + ". ";
        case ListMarker::kanji:
            return value > 99 ? "" : kanji(value) + "、";
        case ListMarker::hiragana:
            return value > static_cast<int>(aiueo.size()) ? "" : one_of(aiueo, value, katakana_to_hiragana) + "、";
        case ListMarker::katakana:
            return value > static_cast<int>(aiueo.size()) ? "" : one_of(aiueo, value) + "、";
        case ListMarker::iroha:
            return value > static_cast<int>(iroha.size()) ? "" : one_of(iroha, value) + "、";
        default:
            return {};
    }
}

}  // namespace

std::optional<ListMarker> list_marker(std::string_view lower_case) {
    const auto* found =
        std::find_if(names.begin(), names.end(), [&](const Name& one) { return one.name == lower_case; });
    return found == names.end() ? std::nullopt : std::optional(found->marker);
}

std::optional<ListMarker> list_marker_of_type(std::string_view type) {
    type = ascii::trim(type);
    if (type == "1") return ListMarker::decimal;
    if (type == "a") return ListMarker::lower_alpha;
    if (type == "A") return ListMarker::upper_alpha;
    if (type == "i") return ListMarker::lower_roman;
    if (type == "I") return ListMarker::upper_roman;
    return list_marker(ascii::to_lower(type));
}

std::string item_mark(ListMarker marker, int value) {
    if (marker == ListMarker::none) return {};
    if (marker == ListMarker::bullet) return "・";
    std::string mark = counted(marker, value);
    return mark.empty() ? std::to_string(value) + ". " : mark;
}

}  // namespace mugaika::sandboxed
