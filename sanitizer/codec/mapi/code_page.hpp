// Strings of messages to UTF-8.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "sanitizer/codec/mapi/message.hpp"

namespace mugaika::codec::mapi {

// The label of a Windows code page, as charsets of mail are called; "" for one that is not said or not known, which the
// bytes decide.
std::string label_of_code_page(std::uint32_t code_page);

// Bytes in this code page; a page that does not fit most of them is not believed.
std::string decoded(std::string_view untrusted_bytes, std::uint32_t code_page);

// A string property; "" when there is none. What stands behind a NUL is none of it.
std::string string_of(const Values&, Id, std::uint32_t code_page);

}  // namespace mugaika::codec::mapi
