// What the two headers of a BMP say, in all their ages.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "sanitizer/mail/file_made.hpp"

namespace mugaika::codec {

enum class BmpPacking : std::uint8_t { none, rle8, rle4 };

struct BmpHeader {
    std::uint32_t width = 0, height = 0;  // at least 1
    bool is_top_down = false;
    std::uint32_t bits = 0;  // a pixel: 1, 2, 4, 8, 16, 24, 32
    BmpPacking packing = BmpPacking::none;
    std::array<std::uint32_t, 4> masks{};  // red, green, blue, alpha; of 16 and 32 bits
    std::string palette;                   // RGB triples; of up to 8 bits, then not empty
    std::uint32_t x_per_metre = 0, y_per_metre = 0;
    bool has_profile = false;
    std::string_view pixels;  // from the first one to the end of the file

    bool has_palette() const noexcept { return bits <= 8; }
    std::size_t row_bytes() const noexcept { return (std::size_t{width} * bits + 31) / 32 * 4; }
};

std::variant<BmpHeader, FileNotMade> read_bmp_header(std::string_view untrusted);

}  // namespace mugaika::codec
