// PDF tokens (ISO 32000-1, 7.3) in the one spelling that checker/pdf reads: no escapes where a byte can stand, strings
// in hexadecimal, numbers without exponent, plus sign or needless zeros. Writing what was written gives the same bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mugaika::codec::pdf {

std::string name_token(std::string_view name);   // `name` without its slash, decoded; "/" and #xx where needed
std::string text_token(std::string_view bytes);  // <48656c6c6f>
std::string integer_token(std::int64_t);         // cut to 32 bits: what every reader can hold

// From the digits as they stood in the file ("+00.50", "-.5", "4."); what is no number becomes 0. At most 10 digits
// before the point (more: the largest that fits) and 9 behind it.
std::string number_token(std::string_view digits);
std::string number_token(double);

}  // namespace mugaika::codec::pdf
