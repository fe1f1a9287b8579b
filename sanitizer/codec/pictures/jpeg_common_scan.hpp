// A JPEG scan that an encoder with the same Huffman tables would write bit for bit: read for that proof alone, in a
// third of the time that decoding and encoding it takes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sanitizer/codec/pictures/libjpeg.hpp"

namespace mugaika::codec {

struct JpegScanLayout {
    struct Component {
        const JHUFF_TBL* dc;
        const JHUFF_TBL* ac;
        unsigned columns, rows;               // blocks in each unit (MCU)
        std::uint64_t all_columns, all_rows;  // blocks of the picture; the last units may have more, which nobody sees
    };
    std::array<Component, 4> components{};
    std::size_t count = 0;  // 1 to 4
    std::uint64_t units_across = 0, units_down = 0;
};

// How many bytes of the front are the scan: all blocks in the one form that their coefficients have (ITU-T T.81 F.1.2),
// those that nobody sees blank, ones up to the next byte, and behind it the end of the image. Nothing when it is
// anything else.
std::optional<std::size_t> common_scan_bytes(std::string_view untrusted, const JpegScanLayout&);

}  // namespace mugaika::codec
