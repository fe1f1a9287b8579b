// A TIFF of several pages, as fax machines and scanners write it, becomes a PDF of pictures with all of them.
#pragma once

#include <string_view>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// One page: as pictures/rebuild_tiff has it. Several: SafeKind::image_pdf, each page in its own size, so that a fax of
// 204 by 98 pixels an inch is not squeezed; without a stated one as large as A4. Black and white and grey text lose
// nothing or a shade; what has colours is a JPEG (picture_encoded_anew). pages_dropped: those that cannot be decoded
// or that the purse, or PageLimits, have no room for; the first is there, or nothing is made.
FileOutcome rebuild_tiff_pages(std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec
