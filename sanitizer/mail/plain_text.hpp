// Text that cannot do anything but be read. Made only by functions that refuse controls, bidi overrides, invisible
// characters and bare line ends; whoever holds one need not check again. AC-109, AC-119, AC-130, AC-131.
#pragma once

#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "policy/showable.hpp"

namespace mugaika {

enum class TextRule { line, text };

// Valid UTF-8 and only showable characters; where the rule is `text`, TAB and LF too, and U+200D between two emoji.
// Lines have none: they are written in pieces, and a picture could be cut in two.
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
