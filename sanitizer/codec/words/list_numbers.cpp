#include "sanitizer/codec/words/list_numbers.hpp"

#include <algorithm>

namespace mugaika::codec::words {
namespace {

constexpr std::size_t kinds_max = 10'000;
constexpr std::size_t text_bytes_max = 200;

// One of a row of characters of three bytes each; figures where the row ends.
std::string one_of(std::string_view row, std::uint32_t number) {
    constexpr std::size_t bytes = 3;
    if (number == 0 || number > row.size() / bytes) return std::to_string(number);
    return std::string(row.substr((number - 1) * bytes, bytes));
}

std::string each_figure(std::uint32_t number, std::string_view ten_figures) {
    std::string text;
    for (const char c : std::to_string(number)) text += ten_figures.substr(static_cast<std::size_t>(c - '0') * 3, 3);
    return text;
}

std::string letters(std::uint32_t number, char first) {
    constexpr std::uint32_t repeats_max = 10;  // "aa" follows "z"
    if (number == 0 || number > 26 * repeats_max) return std::to_string(number);
    return std::string((number - 1) / 26 + 1, static_cast<char>(first + static_cast<char>((number - 1) % 26)));
}

std::string roman(std::uint32_t number) {
    struct Row {
        std::uint32_t value;
        std::string_view sign;
    };
    constexpr std::array rows{Row{1000, "m"}, Row{900, "cm"}, Row{500, "d"}, Row{400, "cd"}, Row{100, "c"},
                              Row{90, "xc"},  Row{50, "l"},   Row{40, "xl"}, Row{10, "x"},   Row{9, "ix"},
                              Row{5, "v"},    Row{4, "iv"},   Row{1, "i"}};
    if (number == 0 || number > 3999) return std::to_string(number);
    std::string text;
    for (const Row& row : rows) {
        for (; number >= row.value; number -= row.value) text += row.sign;
    }
    return text;
}

std::string upper(std::string text) {
    std::transform(text.begin(), text.end(), text.begin(),
                   [](char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; });
    return text;
}

// Up to 99, as in documents: 十一, 二十三.
std::string counted_in_kanji(std::uint32_t number) {
    constexpr std::string_view figures = "一二三四五六七八九";
    if (number == 0 || number > 99) return each_figure(number, "〇一二三四五六七八九");
    std::string text;
    if (number >= 20) text += one_of(figures, number / 10);
    if (number >= 10) text += "十";
    return number % 10 == 0 ? text : text + one_of(figures, number % 10);
}

}  // namespace

std::string list_figure(std::uint32_t number, std::string_view format) {
    constexpr std::string_view aiueo =
        "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン";
    constexpr std::string_view iroha =
        "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセス";
    constexpr std::string_view circles = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳";
    if (format == "none") return "";
    if (format == "decimalFullWidth" || format == "decimalFullWidth2")
        return each_figure(number, "０１２３４５６７８９");
    if (format == "decimalEnclosedCircle" || format == "decimalEnclosedCircleChinese") return one_of(circles, number);
    if (format == "aiueo" || format == "aiueoFullWidth") return one_of(aiueo, number);
    if (format == "iroha" || format == "irohaFullWidth") return one_of(iroha, number);
    if (format == "lowerLetter") return letters(number, 'a');
    if (format == "upperLetter") return letters(number, 'A');
    if (format == "lowerRoman") return roman(number);
    if (format == "upperRoman") return upper(roman(number));
    if (format == "japaneseCounting" || format == "chineseCounting" || format == "japaneseDigitalTenThousand") {
        return counted_in_kanji(number);
    }
    if (format == "ideographDigital") return each_figure(number, "〇一二三四五六七八九");
    if (format == "decimalZero" && number < 10) return "0" + std::to_string(number);
    return std::to_string(number);
}

void ListNumbers::start(std::string_view name, const Attributes& attributes) {
    const std::string_view value = value_of(attributes, "w:val");
    if (name == "w:abstractNum") {
        kind_ = number_in(value_of(attributes, "w:abstractNumId"), 0);
        level_ = list_levels;
        is_in_list_ = kinds_.size() >= kinds_max;
    } else if (name == "w:num") {
        is_in_list_ = true;
        list_ = number_in(value_of(attributes, "w:numId"), 0);
    } else if (name == "w:abstractNumId" && is_in_list_ && lists_.size() < kinds_max) {
        lists_[list_] = number_in(value, 0);
    } else if (name == "w:lvl") {
        level_ = number_in(value_of(attributes, "w:ilvl"), list_levels);
    } else if (!is_in_list_ && level_ < list_levels) {
        Level& level = kinds_[kind_].levels[level_];
        if (name == "w:start") level.first = number_in(value, 1);
        if (name == "w:numFmt") level.format = value;
        if (name == "w:lvlText") level.text = value.substr(0, text_bytes_max);
    }
}

std::string ListNumbers::next(std::uint32_t list, std::uint32_t level) {
    const auto place = lists_.find(list);
    const auto found = place == lists_.end() ? kinds_.end() : kinds_.find(place->second);
    if (found == kinds_.end() || level >= list_levels) return "";
    Kind& kind = found->second;
    if (kind.levels[level].format == "bullet") return "・";
    kind.counted[level] = kind.counted[level] == 0 ? kind.levels[level].first : kind.counted[level] + 1;
    std::fill(kind.counted.begin() + static_cast<std::ptrdiff_t>(level) + 1, kind.counted.end(), 0u);
    std::string number;
    const std::string& text = kind.levels[level].text;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const bool is_place = text[i] == '%' && i + 1 < text.size() && text[i + 1] >= '1' && text[i + 1] <= '9';
        if (!is_place) {
            number += text[i];
            continue;
        }
        const auto at = static_cast<std::size_t>(text[++i] - '1');
        const std::uint32_t counted = kind.counted[at] == 0 ? kind.levels[at].first : kind.counted[at];
        number += list_figure(counted, kind.levels[at].format);
    }
    return number;
}

}  // namespace mugaika::codec::words
