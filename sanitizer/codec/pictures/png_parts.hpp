// What a PNG file comes to, chunk by chunk: what is on the list, and a count of the rest.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "sanitizer/codec/pictures/png_writer.hpp"
#include "sanitizer/mail/file_made.hpp"

namespace mugaika::codec {

struct PngParts {
    PngPicture picture;       // without its rows
    std::string packed_rows;  // all IDAT together
    std::uint32_t metadata = 0;
    std::uint32_t other_frames = 0;  // of an animation, beside the picture itself
    bool has_odd_profile = false;    // colours that are not nearly sRGB
    bool is_damaged = false;         // a check sum of picture data is wrong, or the file ends early
};

// `untrusted` begins with the signature. FileNotMade when it has no header, no rows, no palette where one must be, or a
// chunk that one must understand and this room does not.
std::variant<PngParts, FileNotMade> read_png_parts(std::string_view untrusted);

}  // namespace mugaika::codec
