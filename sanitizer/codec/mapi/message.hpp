// A message as Exchange and Outlook keep it ([MS-OXCMSG]): properties by their numbers, recipients, attachments. Read
// from a winmail.dat or from a .msg file; nothing in it is believed.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace mugaika::codec::mapi {

// [MS-OXPROPS], of those that are asked for.
enum class Id : std::uint16_t {
    subject = 0x0037,
    submit_time = 0x0039,
    author_name = 0x0042,  // for whom the sender wrote
    start_time = 0x0060,   // of a meeting
    end_time = 0x0061,
    author_address = 0x0065,
    sender_name = 0x0c1a,
    sender_address = 0x0c1f,
    recipient_type = 0x0c15,
    display_to = 0x0e04,
    display_cc = 0x0e03,
    delivery_time = 0x0e06,
    body = 0x1000,
    compressed_rtf = 0x1009,
    html = 0x1013,
    display_name = 0x3001,
    attached_data = 0x3701,
    attached_name = 0x3704,
    attached_long_name = 0x3707,
    attached_media_type = 0x370e,
    code_page = 0x3ffd,
    internet_code_page = 0x3fde,
    sender_smtp_address = 0x5d01,
    author_smtp_address = 0x5d02,
};

// [MS-OXCDATA] 2.11.1
enum class Type : std::uint16_t {
    integer = 0x0003,
    object = 0x000d,
    string8 = 0x001e,
    unicode = 0x001f,
    time = 0x0040,
    binary = 0x0102,
};

struct Value {
    Type type;
    std::string untrusted_bytes;  // of a number, as it is stored: little-endian
};

class Values {
public:
    // The first of a number stays.
    void put(std::uint16_t id, std::uint16_t type, std::string untrusted_bytes) {
        values_.try_emplace(id, Value{static_cast<Type>(type), std::move(untrusted_bytes)});
    }
    const Value* find(Id id) const noexcept {
        const auto found = values_.find(static_cast<std::uint16_t>(id));
        return found == values_.end() ? nullptr : &found->second;
    }
    std::optional<std::uint64_t> number(Id) const noexcept;

private:
    std::map<std::uint16_t, Value> values_;
};

struct Message;

struct Attachment {
    Values values;
    std::string untrusted_bytes;
    std::unique_ptr<Message> message;  // where a mail is attached
};

struct Message {
    Values values;
    std::vector<Attachment> attachments;
    std::uint32_t code_page = 0;  // of strings that are not Unicode; 0: not said
};

// Messages inside messages; deeper ones are not_representable.
inline constexpr std::uint32_t depth_max = 8;

}  // namespace mugaika::codec::mapi
