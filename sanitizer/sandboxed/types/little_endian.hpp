// Numbers in untrusted binary formats. Reading past the end gives 0, so a walk over a hostile table cannot run off; the
// callers' own bounds decide when it stops.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace mugaika::sandboxed {

template <class Number>
constexpr Number little_endian(std::string_view bytes, std::uint64_t offset) noexcept {
    if (bytes.size() < sizeof(Number) || offset > bytes.size() - sizeof(Number)) return 0;
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < sizeof(Number); ++i) {
        value |= std::uint64_t{static_cast<unsigned char>(bytes[static_cast<std::size_t>(offset) + i])} << (8 * i);
    }
    return static_cast<Number>(value);
}

// The `length` bytes at `offset`, fewer or none when the input ends before.
constexpr std::string_view slice(std::string_view bytes, std::uint64_t offset, std::uint64_t length) noexcept {
    if (offset >= bytes.size()) return {};
    return bytes.substr(static_cast<std::size_t>(offset), static_cast<std::size_t>(length));
}

}  // namespace mugaika::sandboxed
