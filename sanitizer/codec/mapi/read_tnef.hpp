// winmail.dat ([MS-OXTNEF]): how Outlook sends a mail's text and files where it takes the recipient for one of its own.
// AC-075
#pragma once

#include <string_view>

#include "sanitizer/codec/mapi/message.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::mapi {

bool looks_like_tnef(std::string_view untrusted) noexcept;

// Each byte is paid before it is copied. Throws zip::Refused: document_damaged (also for a check sum that is wrong),
// inner_too_large, too_many_members, not_representable.
Message read_tnef(std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec::mapi
