// BMP (Windows and OS/2, [MS-WMF] 2.2.2), as PNG.
#pragma once

#include <string_view>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// With a palette up to 8 bits a pixel, RLE included; else RGB, or RGBA when there is an alpha that any pixel uses.
// picture_damaged: pixels at the end are missing; they have the first colour, or black.
FileOutcome rebuild_bmp(std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec
