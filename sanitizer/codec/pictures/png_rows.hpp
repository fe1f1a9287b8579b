// The rows of a PNG as they are stored: filter bytes and filtered samples (ISO 15948 9.2).
#pragma once

#include <string>

#include "sanitizer/codec/pictures/png_header.hpp"

namespace mugaika::codec {

// False when a filter byte is none. `rows` has png_rows_bytes().
bool has_known_filters(const std::string& rows, const PngHeader&) noexcept;

// Of pictures whose pixels are smaller than a byte: takes the filters away (for these none is best anyway) and clears
// the bits behind the last pixel of each row, where something could hide. Filters are known ones.
void make_packed_rows_plain(std::string& rows, const PngHeader&) noexcept;

}  // namespace mugaika::codec
