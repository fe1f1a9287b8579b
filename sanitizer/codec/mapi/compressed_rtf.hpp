// The text of a message as Outlook packs it ([MS-OXRTFCP]).
#pragma once

#include <string>
#include <string_view>

#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::mapi {

// Paid before it is unpacked, by the length that the file states and never exceeds. Throws zip::Refused:
// document_damaged, inner_too_large.
std::string unpack_rtf(std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec::mapi
