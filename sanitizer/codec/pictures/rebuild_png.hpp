// PNG (ISO 15948), rebuilt from its filtered rows: no pixel is touched, and every chunk is ours.
#pragma once

#include <string_view>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// Made: what png_writer.hpp writes, of all depths and both orders of rows. Of an animation the first frame
// (frames_dropped: how many went). picture_damaged: a check sum was wrong, or rows at the end were missing and are
// black or transparent. A stream that breaks off within is document_damaged.
FileOutcome rebuild_png(std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec
