// One attached file as a part of a multipart/mixed: our own type, our own name, base64.
#pragma once

#include <string>
#include <string_view>

#include "sanitizer/mail/plain_text.hpp"

namespace mugaika {

// What it takes to write one; views of the file in the extract.
struct Attachment {
    const PlainLine* name;
    std::string_view type;
    std::string_view bytes;
};

// Header and body of the part, without delimiters. AC-097.
void append_attachment(std::string& out, const Attachment&);

}  // namespace mugaika
