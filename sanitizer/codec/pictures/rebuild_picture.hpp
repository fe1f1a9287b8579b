// A picture, whatever its kind, as a new JPEG or PNG. The kind is told by the first bytes, never by a name (AC-215,
// AC-225).
#pragma once

#include <string_view>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// Takes from the purse what the picture costs: its pixels, its unpacked bytes, and the bytes of the result. A document
// that holds the picture must not pay for these bytes again.
FileOutcome rebuild_picture(std::string_view untrusted, FilePurse&);

// Once, before the sandbox closes: what libtiff and libheif need of the system.
void load_picture_tables();

}  // namespace mugaika::codec
