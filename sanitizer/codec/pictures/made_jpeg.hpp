// What a reader does whose picture is a photo: its pixels leave as JPEG.
#pragma once

#include <string_view>
#include <vector>

#include "sanitizer/codec/pictures/rgba_picture.hpp"
#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// Of jpeg_quality, colours at half the resolution, in the form that rebuild_jpeg writes and therefore keeps. Alpha is
// not looked at. Adds picture_encoded_anew to the losses. `format` begins the words.
FileOutcome made_jpeg(const RgbaPicture&, std::vector<Loss>, FilePurse&, std::string_view format);

}  // namespace mugaika::codec
