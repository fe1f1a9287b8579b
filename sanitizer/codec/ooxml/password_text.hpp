// A password as Office and 7-Zip hash it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace mugaika::codec::ooxml {

// In UTF-16, little endian ([MS-OFFCRYPTO] 2.3.4.7). Nothing: what is no UTF-8 is nobody's password.
std::optional<std::string> password_in_utf16(std::string_view password);

}  // namespace mugaika::codec::ooxml
