// Reading and writing UTF-8 one character at a time. Strict: no overlong forms, no surrogates, nothing past U+10FFFF
// (RFC 3629). Linear, never reads past the end.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mugaika::utf8 {

inline constexpr char32_t replacement = 0xfffd;

struct Character {
    char32_t value = replacement;
    std::size_t bytes = 1;  // to step over; for a wrong byte always 1
    bool valid = false;
};

// The first character of `text`, which must not be empty.
constexpr Character first(std::string_view text) noexcept {
    const auto byte = [at = text.data()](std::size_t i) { return static_cast<unsigned char>(at[i]); };  // i < size
    const unsigned lead = static_cast<unsigned char>(text.front());
    if (lead < 0x80) return {lead, 1, true};
    if (lead > 0xe0 && lead < 0xed && text.size() >= 3) {  // most of Japanese: nothing overlong, no surrogates
        const unsigned second = byte(1) ^ 0x80u;
        const unsigned third = byte(2) ^ 0x80u;
        if ((second | third) > 0x3f) return {};
        return {(lead & 0x0fu) << 12 | second << 6 | third, 3, true};
    }
    const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (lead < 0xc2 || lead > 0xf4 || text.size() < length) return {};
    char32_t value = lead & (0x7fu >> length);
    for (std::size_t i = 1; i < length; ++i) {
        if ((byte(i) & 0xc0) != 0x80) return {};
        value = value << 6 | (byte(i) & 0x3fu);
    }
    const bool overlong = (length == 3 && value < 0x800) || (length == 4 && value < 0x10000);
    const bool surrogate = value >= 0xd800 && value <= 0xdfff;
    if (overlong || surrogate || value > 0x10ffff) return {};
    return {value, length, true};
}

// `value` must be a Unicode scalar value.
inline void append(std::string& out, char32_t value) {
    const auto put = [&](char32_t byte) { out.push_back(static_cast<char>(byte)); };
    const auto put_rest = [&](int shift) { put(0x80 | (value >> shift & 0x3f)); };
    if (value < 0x80) {
        put(value);
    } else if (value < 0x800) {
        put(0xc0 | value >> 6);
        put_rest(0);
    } else if (value < 0x10000) {
        put(0xe0 | value >> 12);
        put_rest(6);
        put_rest(0);
    } else {
        put(0xf0 | value >> 18);
        put_rest(12);
        put_rest(6);
        put_rest(0);
    }
}

// At most `bytes_max` bytes from the start, never ending inside a character of valid UTF-8.
constexpr std::string_view cut(std::string_view text, std::size_t bytes_max) noexcept {
    if (text.size() <= bytes_max) return text;
    while (bytes_max > 0 && (static_cast<unsigned char>(text[bytes_max]) & 0xc0) == 0x80) --bytes_max;
    return text.substr(0, bytes_max);
}

}  // namespace mugaika::utf8
