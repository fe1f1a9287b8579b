// GIF (GIF87a, GIF89a), its first frame as PNG with a palette.
#pragma once

#include <string_view>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// The frame at its place on the screen that the file describes; around it is transparent. frames_dropped: how many
// followed. picture_damaged: the pixels end early, the rest has the first colour or is transparent.
FileOutcome rebuild_gif(std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec
