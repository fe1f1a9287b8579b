#include "sanitizer/codec/text/formula.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>

#include "policy/ascii.hpp"
#include "policy/utf8.hpp"

namespace mugaika::codec {
namespace {

struct Alike {
    char32_t form;
    char ascii;
};
// Beside the full-width forms. NFKC makes these of them, and the minus is read as one.
constexpr std::array alikes{
    Alike{0x207a, '+'}, Alike{0x207b, '-'}, Alike{0x207c, '='}, Alike{0x208a, '+'}, Alike{0x208b, '-'},
    Alike{0x208c, '='}, Alike{0x2212, '-'}, Alike{0xfb29, '+'}, Alike{0xfe10, ','}, Alike{0xfe14, ';'},
    Alike{0xfe50, ','}, Alike{0xfe54, ';'}, Alike{0xfe60, '&'}, Alike{0xfe61, '*'}, Alike{0xfe62, '+'},
    Alike{0xfe63, '-'}, Alike{0xfe64, '<'}, Alike{0xfe65, '>'}, Alike{0xfe66, '='}, Alike{0xfe6b, '@'},
    Alike{0x00a5, '$'}, Alike{0xffe5, '$'}, Alike{0x20ac, '$'}, Alike{0x00a3, '$'}, Alike{0xffe1, '$'},
    Alike{0x301c, '~'}, Alike{0x00a0, ' '}, Alike{0x1680, ' '}, Alike{0x2800, ' '}, Alike{0x3000, ' '},
    Alike{0x202f, ' '}, Alike{0x205f, ' '},
};

// A character as a spreadsheet may take it: ASCII for its other forms, blank for every blank.
constexpr char32_t plain_form(char32_t c) noexcept {
    if (c < 0x80) return c;
    if (c >= 0xff01 && c <= 0xff5e) return c - 0xff01 + '!';
    if (c >= 0x2000 && c <= 0x200a) return ' ';
    for (const Alike& alike : alikes) {
        if (alike.form == c) return static_cast<unsigned char>(alike.ascii);
    }
    return c;
}

enum class Part : std::uint8_t {
    digit,      // and what may stand behind a number: ")", "%", "~"
    blank,      //
    opening,    // "("
    separator,  // of cells, for one program or another
    between,    // stands between digits: "." ":" "$"
    joins,      // an operator that numbers have too: "+" "-" "/"
    operates,   // one that they do not have
    quote,      //
    refers,     // begins what a formula refers to: "'" "["
    letter,     // of ASCII
    word,       // anything beyond ASCII
    other,
};

constexpr Part part_of(char32_t c) noexcept {
    if (c >= 0x80) return Part::word;
    const auto byte = static_cast<char>(c);
    if (ascii::is_digit(byte)) return Part::digit;
    if (ascii::is_alpha(byte)) return Part::letter;
    switch (byte) {
        case ')':
        case '%':
        case '~':
            return Part::digit;
        case ' ':
            return Part::blank;
        case '(':
            return Part::opening;
        case ',':
        case ';':
        case '\t':
        case '\n':
            return Part::separator;
        case '.':
        case ':':
        case '$':
            return Part::between;
        case '+':
        case '-':
        case '/':
            return Part::joins;
        case '=':
        case '&':
        case '*':
        case '^':
        case '<':
        case '>':
            return Part::operates;
        case '"':
            return Part::quote;
        case '\'':
        case '[':
            return Part::refers;
        default:
            return Part::other;
    }
}

// "cmd|'/c calc'!A0": DDE, wherever it stands.
bool holds_dde(std::string_view value) noexcept {
    const auto first_of = [&](std::string_view ascii_form, std::string_view wide_form, std::size_t from) {
        return std::min(value.find(ascii_form, from), value.find(wide_form, from));
    };
    const std::size_t bar = first_of("|", "\xef\xbd\x9c", 0);
    return bar != value.npos && first_of("!", "\xef\xbc\x81", bar) != value.npos;
}

// What follows the sign at the start of a cell.
class SignedValue {
public:
    SignedValue(std::string_view value, Quoting quoting) : rest_(value), quoting_(quoting) {}

    bool runs() {
        if (holds_dde(rest_)) return true;
        while (!rest_.empty()) {
            const utf8::Character c = utf8::first(rest_);
            rest_.remove_prefix(c.bytes);
            const Part part = part_of(plain_form(c.value));
            if (c.value == '"') pass_quote();
            const auto decided = is_behind_separator_ ? judge_behind_separator(part) : judge(part);
            if (decided) return *decided;
            is_in_name_ = part == Part::letter || (is_in_name_ && (part == Part::digit || part == Part::between));
            if (part != Part::blank && part != Part::opening && part != Part::quote) last_ = part;
        }
        return false;
    }

private:
    // Of the value itself. Nothing: go on.
    std::optional<bool> judge(Part part) {
        switch (part) {
            case Part::digit:
            case Part::blank:
            case Part::quote:
            case Part::between:
            case Part::joins:
                return std::nullopt;
            case Part::separator:
                is_behind_separator_ = true;
                return std::nullopt;
            case Part::opening:
                if (is_in_name_) return true;  // a function
                return std::nullopt;
            case Part::letter:  // a unit, an exponent
            case Part::word:
                if (last_ == Part::digit || last_ == Part::letter || last_ == Part::word) return std::nullopt;
                break;
            case Part::refers:
            case Part::operates:
            case Part::other:
                break;
        }
        return true;
    }

    // In the other programs' next cell, or in the rest of a formula.
    std::optional<bool> judge_behind_separator(Part part) {
        const bool goes_on = last_ == Part::joins || last_ == Part::operates;
        switch (part) {
            case Part::digit:
            case Part::blank:
            case Part::between:
            case Part::joins:
            case Part::operates:
            case Part::opening:
            case Part::separator:
                return std::nullopt;
            case Part::quote:
                return goes_on ? std::optional(true) : std::nullopt;
            case Part::refers:
                return goes_on;
            case Part::letter:
                return (goes_on || (last_ == Part::separator && quoting_ == Quoting::inside)) && names_something();
            case Part::word:
            case Part::other:
                break;
        }
        return false;
    }

    // Two quotes inside are one; a single one closes the cell.
    void pass_quote() noexcept {
        if (quoting_ == Quoting::behind) return;
        if (rest_.starts_with('"')) return rest_.remove_prefix(1);
        quoting_ = Quoting::behind;
    }

    // A name that goes on like one of a function, a sheet or a program.
    bool names_something() const noexcept {
        for (std::string_view name = rest_; !name.empty();) {
            const utf8::Character c = utf8::first(name);
            const char32_t plain = plain_form(c.value);
            if (plain == '(' || plain == '|' || plain == '!') return true;
            const bool is_of_name =
                plain < 0x80 && (ascii::is_alnum(static_cast<char>(plain)) || plain == '.' || plain == '_');
            if (!is_of_name) return false;
            name.remove_prefix(c.bytes);
        }
        return false;
    }

    std::string_view rest_;
    Quoting quoting_;
    Part last_ = Part::joins;  // but blanks and "("
    bool is_behind_separator_ = false;
    bool is_in_name_ = false;
};

// Behind blanks and quotes of all kinds.
std::string_view from_first_sign(std::string_view value) noexcept {
    while (!value.empty()) {
        const utf8::Character c = utf8::first(value);
        const char32_t plain = plain_form(c.value);
        if (plain != ' ' && plain != '\t' && plain != '\n' && plain != '"') break;
        value.remove_prefix(c.bytes);
    }
    return value;
}

}  // namespace

bool runs_when_opened(std::string_view untrusted_value, Quoting quoting) {
    const std::string_view value = from_first_sign(untrusted_value);
    if (value.empty()) return false;
    const utf8::Character first = utf8::first(value);
    const char32_t sign = plain_form(first.value);
    if (sign == '=' || sign == '@') return true;
    if (sign != '+' && sign != '-') return false;
    return SignedValue(value.substr(first.bytes), quoting).runs();
}

bool chooses_separator(std::string_view untrusted_first_cell) {
    return ascii::istarts_with(from_first_sign(untrusted_first_cell), "sep=");
}

}  // namespace mugaika::codec
