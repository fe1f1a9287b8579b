// Office documents (docx, xlsx, pptx, their macro and template kinds) as new packages: parts of selected kinds, reached
// by selected relationships, of selected elements and attributes, under names of ours (FILES.md 1.3).
#pragma once

#include <string_view>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// The kind is what the package's content types say, never a name. Takes from the purse members, unpacked and written
// bytes, pixels of pictures. A package that Excel's default password opens is opened. Not made: encrypted,
// document_damaged, not_representable, too_many_members, inner_too_large, files_too_large. Does not throw.
FileOutcome rebuild_ooxml(std::string_view untrusted, FilePurse&);

// The tables of elements, 0.3 MB, and OpenSSL's algorithms: made once before the sandbox; made at first use otherwise.
void load_ooxml_tables();

}  // namespace mugaika::codec
