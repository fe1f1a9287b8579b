// Numbers in untrusted pictures. Reading past the end gives 0, so a walk over a hostile table cannot run off; the
// callers' own bounds decide when it stops.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace mugaika::codec {

constexpr std::uint8_t byte_at(std::string_view bytes, std::size_t at) noexcept {
    return at < bytes.size() ? static_cast<std::uint8_t>(bytes[at]) : std::uint8_t{0};
}

// `size` is 1 to 4.
constexpr std::uint32_t big_endian(std::string_view bytes, std::size_t at, std::size_t size) noexcept {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8 | byte_at(bytes, at + i);
    return value;
}

constexpr std::uint32_t little_endian(std::string_view bytes, std::size_t at, std::size_t size) noexcept {
    std::uint32_t value = 0;
    for (std::size_t i = size; i > 0; --i) value = value << 8 | byte_at(bytes, at + i - 1);
    return value;
}

inline void append_big_endian(std::string& out, std::uint32_t value, unsigned size) {
    for (unsigned i = size; i > 0; --i) out.push_back(static_cast<char>(value >> (8 * (i - 1)) & 0xff));
}

}  // namespace mugaika::codec
