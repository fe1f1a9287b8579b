// TIFF (6.0, and BigTIFF), its first page as PNG.
#pragma once

#include <string_view>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// All eight orientations are applied. pages_dropped: how many pages followed.
// picture_encoded_anew: samples had more than 8 bits. picture_damaged: strips or tiles could not be read, they are
// black.
FileOutcome rebuild_tiff(std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec
