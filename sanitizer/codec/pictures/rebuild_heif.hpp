// HEIC and AVIF (ISO/IEC 23008-12, AV1 Image File Format), as JPEG, or as PNG where something shines through.
#pragma once

#include <string_view>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// By the major brand. Films have other ones.
bool is_heif(std::string_view untrusted) noexcept;

// The primary picture, turned as the file's own boxes say; Exif's orientation says the same once more and is not
// applied. pages_dropped: how many further pictures; frames_dropped: it moves; metadata_removed: Exif, XMP, thumbnails,
// depth. Display P3 becomes sRGB; other colours than these two are colour_profile_dropped.
FileOutcome rebuild_heif(std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec
