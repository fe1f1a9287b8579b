// The one front of all codecs: which of them rebuilds a file is decided by what its bytes are.
#pragma once

#include <string_view>

#include "policy/part_facts.hpp"
#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// Whatever the rooms set up at first use, while files can still be opened; once per process, before it is forked.
void load_tables();

// By the detected type and kind of the facts. What no codec here rebuilds is FileNotMade with Reason::not_rebuilt.
// `charset_label` as the part declares it, "" for none: only texts need it.
FileOutcome rebuild_file(const PartFacts&, std::string_view charset_label, std::string_view untrusted, FilePurse&);

// What the document says, as a text. What has no words that a codec here can read is FileNotMade with
// Reason::not_rebuilt.
FileOutcome words_of(const PartFacts&, std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec
