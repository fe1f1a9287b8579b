// Text that cannot do anything but be read. Made only by functions that refuse controls, bidi overrides, invisible
// characters and bare line ends; whoever holds one need not check again. AC-109, AC-119, AC-130, AC-131.
#pragma once

#include <string>
#include <string_view>

#include "policy/result.hpp"

namespace mugaika {

// May this character stand in shown text? Refused: C0 and C1 controls (TAB and LF are judged by the callers), DEL,
// U+00AD, U+034F, U+061C, U+115F, U+1160, U+17B4, U+17B5, U+180B-U+180F, U+200B-U+200F, U+2028-U+202E,
// U+2060-U+206F, U+3164, U+FEFF, U+FFA0, U+FFF0-U+FFFB, U+1D173-U+1D17A, U+E0000-U+E007F (tags), surrogates,
// noncharacters, and private use (carrier emoji must have been replaced before). Variation selectors stay:
// Japanese names need them.
bool is_showable(char32_t) noexcept;

enum class TextRule { line, text };

// Valid UTF-8 and only showable characters; TAB and LF too where the rule is `text`.
bool is_plain(std::string_view utf8, TextRule) noexcept;

// Many lines: UTF-8, LF line ends, TAB allowed, nothing else below U+0020.
class PlainText {
public:
    PlainText() = default;
    static Result<PlainText> from(std::string utf8);  // Fault::bad_input names the first offence and its offset
    const std::string& str() const noexcept { return text_; }
    bool empty() const noexcept { return text_.empty(); }
    friend bool operator==(const PlainText&, const PlainText&) = default;

private:
    explicit PlainText(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

// One line: as PlainText, without LF and TAB. Header values, file names, words in notices.
class PlainLine {
public:
    PlainLine() = default;
    static Result<PlainLine> from(std::string utf8);
    const std::string& str() const noexcept { return text_; }
    bool empty() const noexcept { return text_.empty(); }
    friend bool operator==(const PlainLine&, const PlainLine&) = default;

private:
    explicit PlainLine(std::string text) : text_(std::move(text)) {}
    std::string text_;
};

}  // namespace mugaika
