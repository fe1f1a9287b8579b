// JPEG (ITU-T T.81), rebuilt from its quantised coefficients: no pixel is touched, and every marker is ours.
#pragma once

#include <string_view>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// Of what is decoded and encoded anew, because its coefficients or tables cannot be written in baseline form.
inline constexpr int jpeg_quality = 92;

// Made: a baseline JPEG of one scan, with 1, 3 or 4 components, Huffman tables of its own, JFIF or Adobe marker in
// their shortest form, and, when the picture is to be turned, one Exif segment of 36 bytes that says only that.
// picture_damaged: it ended early or had broken places; picture_encoded_anew: not by coefficients.
FileOutcome rebuild_jpeg(std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec
