// Writes header fields: one blank between words, folded at 76 columns with CRLF SP, ASCII only. Text that is not plain
// ASCII becomes RFC 2047 'B' words in UTF-8 of at most 75 characters that never split a character. Whatever the text
// says, no line end can come out of it but our own. AC-109, AC-110, AC-111, AC-117.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "sanitizer/mail/plain_text.hpp"

namespace mugaika {

class HeaderWriter {
public:
    void begin(std::string_view field_name);
    void end();

    // One unbreakable piece of printable ASCII, at most 990 characters: more would break the line limit of 998.
    void word(std::string_view printable);
    // The next word starts a line of its own.
    void break_line() noexcept { must_break_ = true; }

    // Unstructured text (Subject). Blanks around it are left out; it must not be blank.
    void text(const PlainLine&);
    // A phrase before an angle-addr: quoted-string for harmless short ASCII, encoded words otherwise. Must not be
    // blank.
    void phrase(const PlainLine&);

    // All fields written so far, each ended with CRLF.
    const std::string& str() const noexcept { return out_; }

private:
    void encoded(std::string_view utf8);

    std::string out_;
    std::size_t column_ = 0;
    bool first_word_ = true;
    bool must_break_ = false;
};

}  // namespace mugaika
