#include "sanitizer/codec/ooxml/password_text.hpp"

#include "policy/utf8.hpp"
#include "sanitizer/codec/zip/little_endian.hpp"

namespace mugaika::codec::ooxml {

std::optional<std::string> password_in_utf16(std::string_view password) {
    std::string out;
    while (!password.empty()) {
        const utf8::Character c = utf8::first(password);
        if (!c.valid) return std::nullopt;
        password.remove_prefix(c.bytes);
        if (c.value < 0x10000) {
            zip::put16(out, c.value);
        } else {
            zip::put16(out, 0xd800 + ((c.value - 0x10000) >> 10));
            zip::put16(out, 0xdc00 + ((c.value - 0x10000) & 0x3ff));
        }
    }
    return out;
}

}  // namespace mugaika::codec::ooxml
