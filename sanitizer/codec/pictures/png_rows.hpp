// The rows of a PNG as they are stored: filter bytes and filtered samples (ISO 15948 9.2).
#pragma once

#include <string>

#include "sanitizer/codec/pictures/png_header.hpp"
#include "sanitizer/codec/pictures/png_writer.hpp"

namespace mugaika::codec {

// What a filter, 0 to 4, foretells of a byte from its neighbours.
unsigned png_predicted(unsigned filter, unsigned left, unsigned above, unsigned corner) noexcept;

// False when a filter byte is none. `rows` has png_rows_bytes().
bool has_known_filters(const std::string& rows, const PngHeader&) noexcept;

// Of pictures whose pixels are smaller than a byte: takes the filters away (for these none is best anyway) and clears
// the bits behind the last pixel of each row, where something could hide. Filters are known ones.
void make_packed_rows_plain(std::string& rows, const PngHeader&) noexcept;

// Of a picture with a palette and a byte a pixel, without filters: takes as few bits a pixel as its colours need. A
// pixel that points outside the palette gets the first colour.
void narrow_palette_rows(PngPicture&) noexcept;

}  // namespace mugaika::codec
