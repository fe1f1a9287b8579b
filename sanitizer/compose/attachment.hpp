// One attached file as a part of a multipart/mixed: our own type, our own name, base64.
#pragma once

#include <string>

#include "sanitizer/mail/extract.hpp"

namespace mugaika {

// Header and body of the part, without delimiters. AC-097.
void append_attachment(std::string& out, const SafeFile&);

}  // namespace mugaika
