// The one way in which this room writes PNG: IHDR, gAMA, cHRM, sRGB, PLTE, tRNS, pHYs, one IDAT, IEND.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "sanitizer/codec/pictures/png_header.hpp"

namespace mugaika::codec {

// What tells a viewer how to show the samples: numbers within narrow bounds, each in a chunk of fixed size.
struct PngShown {
    std::optional<std::uint32_t> gamma;                          // 1/100000; 1000 to 1000000
    std::optional<std::array<std::uint32_t, 8>> chromaticities;  // 1/100000; each up to 100000
    std::optional<std::uint8_t> srgb_intent;                     // 0 to 3; then the two above are not written
    struct Density {
        std::uint32_t x, y;  // 1 to 1000000
        bool is_per_metre;
    };
    std::optional<Density> density;
};

struct PngPicture {
    PngHeader header;
    PngShown shown;
    std::string palette;       // RGB triples; of a palette picture alone. Filled up with black to 2^depth entries
    std::string transparency;  // content of tRNS, or ""
    std::string rows;          // filtered: png_rows_bytes() of them
    std::string packed_rows;   // zlib data that holds exactly these rows, as they came; "": to be made
};

// Nothing when it would be longer than the limit.
std::optional<std::string> write_png(const PngPicture&, std::uint64_t bytes_max);

}  // namespace mugaika::codec
