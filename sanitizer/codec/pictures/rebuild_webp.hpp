// WebP (RFC 9649), as PNG.
#pragma once

#include <string_view>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// The orientation that Exif states is applied. A moving one is not_representable.
FileOutcome rebuild_webp(std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec
