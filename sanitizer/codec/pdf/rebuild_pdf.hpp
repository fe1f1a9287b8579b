// A PDF document, made anew from what a short list of roles names: pages, fonts, pictures, colour spaces, bookmarks,
// links. Forms become fixed content. The original is read by qpdf; what is written is written by NewDocument.
#pragma once

#include <string_view>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// FileMade of SafeKind::pdf with the number of pages; or FileNotMade: encrypted, dynamic_form, document_damaged,
// not_representable, and what the purse and the limits say. Needs no tables loaded beforehand. Never throws but for
// memory.
FileOutcome rebuild_pdf(std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec
