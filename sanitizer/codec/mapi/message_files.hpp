// A message as files: its attachments and its text, and those of messages in it in folders of their own.
#pragma once

#include <string>
#include <vector>

#include "sanitizer/codec/mapi/message.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::mapi {

struct MessageFile {
    std::string name;  // UTF-8, as its author says it, below the folders of messages around; may be empty
    std::string untrusted_bytes;
    bool is_letter = false;  // the text of the outermost message
};

enum class Heading : std::uint8_t {
    none,  // the mail around says who wrote it
    full,  // 件名, 差出人, 宛先, 日時 above the text
};

// In the message's order, the outermost text last. Throws zip::Refused as unpack_rtf.
std::vector<MessageFile> files_of(Message&&, Heading, FilePurse&);

}  // namespace mugaika::codec::mapi
