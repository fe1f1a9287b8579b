// A mail that Outlook wrote into a file ([MS-OXMSG]): a compound file of properties, recipients and attachments.
#pragma once

#include <string_view>

#include "sanitizer/codec/mapi/message.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::mapi {

// Each byte is paid before it is copied. Throws zip::Refused: document_damaged, inner_too_large, too_many_members,
// not_representable.
Message read_msg(std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec::mapi
