// Messages of Outlook that tests write themselves: winmail.dat and .msg, with every fault that a test wants.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika::test {

struct MadeProperty {
    std::uint16_t id;
    std::uint16_t type;
    std::string bytes;  // as stored; a number has four, a time eight
};

inline constexpr std::uint16_t string8 = 0x1e, unicode = 0x1f, binary = 0x102, number32 = 0x3, moment = 0x40;

struct MadeAttachment {
    std::vector<MadeProperty> properties;
    std::string bytes;
    std::string title = {};  // TNEF: its older name, in the code page
    std::string inner = {};  // TNEF: a message as its object
};

struct MadeMessage {
    std::vector<MadeProperty> properties;
    std::vector<MadeAttachment> attachments;
    std::uint32_t code_page = 932;
    std::string body = {};  // TNEF: the older one, in the code page
};

std::string utf16le(std::string_view utf8);
std::string little_endian(std::uint64_t number, int bytes);
MadeProperty text_property(std::uint16_t id, std::string_view utf8);   // Unicode
MadeAttachment file_called(std::string_view utf8, std::string bytes);  // by its long name

std::string made_tnef(const MadeMessage&);
// One attribute more, with its check sum.
std::string tnef_attribute(int level, std::uint32_t id, std::string_view data);

// An attachment that is a message stands in `inside`, by its number.
struct MadeOutlook {
    MadeMessage message;
    std::vector<MadeOutlook> inside;  // attached behind the files
};
std::string made_msg(const MadeOutlook&);

// Rich text as a message has it: packed without a reference to what stood before.
std::string packed_rich_text(std::string_view rich_text);

}  // namespace mugaika::test
