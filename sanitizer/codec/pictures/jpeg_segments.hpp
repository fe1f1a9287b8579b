// What stands between the pictures of a JPEG file: read for what it says, never copied.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mugaika::codec {

struct JpegSegments {
    int orientation = 1;         // of the first Exif segment
    bool has_profile = false;    // ICC, in one segment or many
    std::string profile;         // put together as far as its pieces are in order
    std::uint32_t metadata = 0;  // segments and trailing bytes that will be gone; our own orientation does not count
};

// From SOI to the first EOI (ITU-T T.81 B.1.1), linear, whatever the bytes are.
JpegSegments read_jpeg_segments(std::string_view untrusted);

}  // namespace mugaika::codec
