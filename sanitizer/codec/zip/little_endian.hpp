// Numbers of ZIP headers. Of those that are read the caller has seen to it that the bytes are there.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mugaika::codec::zip {

inline std::uint64_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
    std::uint64_t number = 0;
    for (std::size_t i = size; i > 0; --i) number = (number << 8) | static_cast<std::uint8_t>(bytes[at + i - 1]);
    return number;
}
inline std::uint32_t number16(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint32_t>(number_at(bytes, at, 2));
}
inline std::uint32_t number32(std::string_view bytes, std::size_t at) {
    return static_cast<std::uint32_t>(number_at(bytes, at, 4));
}
inline std::uint64_t number64(std::string_view bytes, std::size_t at) { return number_at(bytes, at, 8); }

inline void put16(std::string& out, std::uint32_t number) {
    out += static_cast<char>(number & 0xff);
    out += static_cast<char>((number >> 8) & 0xff);
}
inline void put32(std::string& out, std::uint32_t number) {
    put16(out, number & 0xffff);
    put16(out, number >> 16);
}

}  // namespace mugaika::codec::zip
