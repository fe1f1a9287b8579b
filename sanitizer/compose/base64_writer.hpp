// Base64 (RFC 4648 section 4) as it stands in our mails: canonical, padded.
#pragma once

#include <string>
#include <string_view>

namespace mugaika {

// One line without a line end.
std::string base64(std::string_view bytes);

// Lines of 76 characters (the last may be shorter), CRLF after each (RFC 2045 6.8). No bytes, no line.
void append_base64_lines(std::string& out, std::string_view bytes);

}  // namespace mugaika
