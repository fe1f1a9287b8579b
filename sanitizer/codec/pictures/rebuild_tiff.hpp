// TIFF (6.0, and BigTIFF), its first page as PNG.
#pragma once

#include <string_view>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// pages_dropped: how many pages followed; what else is lost says tiff_reader. A file whose pages are all to be kept is
// image_pdf/tiff_pages.
FileOutcome rebuild_tiff(std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec
