// Run-length packed pixels of a BMP ([MS-WMF] 3.1.6.4).
#pragma once

#include <string>

#include "sanitizer/codec/pictures/bmp_header.hpp"

namespace mugaika::codec {

// Writes into `rows`: PNG rows of one byte a pixel, filter bytes included. False when the file ends within.
bool unpack_bmp_rle(const BmpHeader&, std::string& rows) noexcept;

}  // namespace mugaika::codec
