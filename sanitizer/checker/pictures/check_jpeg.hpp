// JPEG as our codec writes it (ITU-T T.81, baseline, one scan), and nothing else.
#pragma once

#include <cstdint>
#include <string_view>

#include "policy/result.hpp"

namespace mugaika::checker {

// SOI; JFIF of 16 bytes or Adobe of 14 as the colour space wants it; Exif of 36 bytes with a turned orientation or
// none; quantisation tables of 8 bits, each used; SOF0; Huffman tables, each used; SOS; the scan; EOI; the end. The
// scan is decoded to its last bit: as many blocks as the size says, then EOI. Time is linear in the file, memory is
// constant. Gives 1, or where something else stood.
Result<std::uint32_t> check_jpeg(std::string_view untrusted);

}  // namespace mugaika::checker
