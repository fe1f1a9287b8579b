#include "sanitizer/checker/text/cell_judge.hpp"

#include <string_view>

namespace mugaika::checker {
namespace {

constexpr std::string_view order_to_excel = "sep=";

constexpr bool is_in(char32_t c, std::u32string_view set) noexcept { return set.find(c) != set.npos; }

constexpr bool is_blank(char32_t c) noexcept {
    return (c >= 0x2000 && c <= 0x200a) || is_in(c, U" \u00a0\u1680\u202f\u205f\u2800\u3000");
}

// The ASCII character for which a spreadsheet might take it.
constexpr char32_t plain_of(char32_t c) noexcept {
    if (c < 0x80) return c;
    if (c >= 0xff01 && c <= 0xff5e) return c - 0xfee0;
    if (is_blank(c)) return ' ';
    if (is_in(c, U"\u207a\u208a\ufb29\ufe62")) return '+';
    if (is_in(c, U"\u207b\u208b\u2212\ufe63")) return '-';
    if (is_in(c, U"\u207c\u208c\ufe66")) return '=';
    if (is_in(c, U"\ufe10\ufe50")) return ',';
    if (is_in(c, U"\ufe14\ufe54")) return ';';
    if (is_in(c, U"\u00a3\u00a5\u20ac\uffe1\uffe5")) return '$';
    switch (c) {
        case 0xfe60:
            return '&';
        case 0xfe61:
            return '*';
        case 0xfe64:
            return '<';
        case 0xfe65:
            return '>';
        case 0xfe6b:
            return '@';
        case 0x301c:
            return '~';
        default:
            return c;
    }
}

constexpr bool is_figure(char32_t c) noexcept { return c >= '0' && c <= '9'; }
constexpr bool is_letter(char32_t c) noexcept { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
constexpr bool is_separator(char32_t c) noexcept { return is_in(c, U",;\t\n"); }
constexpr bool ends_figures(char32_t c) noexcept { return is_figure(c) || is_in(c, U")%~"); }
constexpr bool is_point(char32_t c) noexcept { return is_in(c, U".:$"); }
constexpr bool is_operator(char32_t c) noexcept { return is_in(c, U"+-/=&*^<>"); }

}  // namespace

void CellJudge::begin(Cell cell, bool is_first_of_table) noexcept {
    *this = CellJudge();
    cell_ = cell;
    if (is_first_of_table) order_ = 0;
}

bool CellJudge::runs_with(char32_t c) noexcept {
    const char32_t plain = plain_of(c);
    if (is_order_to_excel(c)) return true;
    if (has_sign_ && plain == '!' && has_bar_) return true;
    has_bar_ = has_bar_ || (has_sign_ && plain == '|');
    switch (state_) {
        case State::lead:
            return begins_with(plain);
        case State::harmless:
            return false;
        case State::figures:
            return is_wrong_in_figures(plain);
        case State::behind_separator:
            return is_wrong_behind_separator(plain);
        case State::name:
            if (is_in(plain, U"(|!")) return true;
            if (!is_letter(plain) && !is_figure(plain) && plain != '.' && plain != '_') state_ = State::harmless;
            return false;
    }
    return true;
}

bool CellJudge::begins_with(char32_t plain) noexcept {
    if (is_in(plain, U" \t\n\"")) return false;
    has_sign_ = plain == '+' || plain == '-';
    state_ = has_sign_ ? State::figures : State::harmless;
    return plain == '=' || plain == '@';
}

bool CellJudge::is_wrong_in_figures(char32_t plain) noexcept {
    if (plain == ' ' || plain == '"') {
        is_in_name_ = false;
        return false;
    }
    if (plain == '(') return is_in_name_;
    const bool is_word = is_letter(plain) || plain >= 0x80;
    if (is_word && last_ != Last::figure && last_ != Last::word) return true;
    is_in_name_ = is_letter(plain) || (is_in_name_ && (ends_figures(plain) || is_point(plain)));
    if (is_word) {
        last_ = Last::word;
    } else if (ends_figures(plain)) {
        last_ = Last::figure;
    } else if (is_point(plain)) {
        last_ = Last::point;
    } else if (is_in(plain, U"+-/")) {
        last_ = Last::operation;
    } else if (is_separator(plain)) {
        last_ = Last::separator;
        state_ = State::behind_separator;
    } else {
        return true;
    }
    return false;
}

bool CellJudge::is_wrong_behind_separator(char32_t plain) noexcept {
    if (plain == ' ' || plain == '(') return false;
    if (plain == '"') return last_ == Last::operation;
    if (ends_figures(plain)) {
        last_ = Last::figure;
    } else if (is_point(plain)) {
        last_ = Last::point;
    } else if (is_operator(plain)) {
        last_ = Last::operation;
    } else if (is_separator(plain)) {
        last_ = Last::separator;
    } else {
        const bool goes_on = last_ == Last::operation;
        const bool may_be_part = goes_on || (last_ == Last::separator && cell_ == Cell::quoted);
        state_ = is_letter(plain) && may_be_part ? State::name : State::harmless;
        return goes_on && is_in(plain, U"'[");
    }
    return false;
}

// "sep=" in front of the first cell of all, which tells Excel how to part the others.
bool CellJudge::is_order_to_excel(char32_t c) noexcept {
    if (order_ > order_to_excel.size()) return false;
    if (order_ == 0 && is_in(plain_of(c), U" \t\n\"")) return false;
    const char32_t lower = c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c;
    order_ = lower == static_cast<unsigned char>(order_to_excel[order_]) ? order_ + 1 : 99;
    return order_ == order_to_excel.size();
}

}  // namespace mugaika::checker
