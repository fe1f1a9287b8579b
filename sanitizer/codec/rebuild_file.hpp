// The one front of all codecs: which of them rebuilds a file is decided by what its bytes are.
#pragma once

#include <string_view>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// Whatever the libraries set up at first use, while files can still be opened; once per process, before it is forked.
void load_tables();

// `detected_type` as in PartFacts. What no codec here rebuilds is FileNotMade with Reason::not_rebuilt.
FileOutcome rebuild_file(std::string_view detected_type, std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec
