// Content lines as RFC 5545 3.1 and RFC 2426 2.6 write them, and the words in them.
#pragma once

#include <string>
#include <string_view>

namespace mugaika::codec {

// "NAME;PARAMETER=x:value", folded at 75 octets between characters, with CRLF. `name` with its parameters.
void append_line(std::string& out, std::string_view name, std::string_view value);

// A text value on one line; "" for nothing to be seen.
std::string line_value(std::string_view untrusted_utf8);
// One that may have several.
std::string text_value(std::string_view untrusted_utf8);
// A parameter's value in double quotes, at most 200 bytes of it.
std::string quoted_parameter(std::string_view untrusted_utf8);

}  // namespace mugaika::codec
