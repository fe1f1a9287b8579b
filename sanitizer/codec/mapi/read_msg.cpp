#include "sanitizer/codec/mapi/read_msg.hpp"

#include <charconv>
#include <map>
#include <string>
#include <utility>

#include "sanitizer/codec/ole2/compound_file.hpp"
#include "sanitizer/codec/zip/little_endian.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::mapi {
namespace {

// [MS-OXMSG] 2.1, 2.2; names of a compound file come in lower case.
constexpr std::string_view properties_name = "__properties_version1.0";
constexpr std::string_view value_prefix = "__substg1.0_";
constexpr std::string_view attachment_prefix = "__attach_version1.0_#";
constexpr std::string_view message_storage = "__substg1.0_3701000d/";
constexpr std::size_t entry_bytes = 16;

std::uint16_t hex16(std::string_view digits) {
    std::uint16_t number = 0;
    const auto read = std::from_chars(digits.data(), digits.data() + digits.size(), number, 16);
    if (digits.size() != 4 || read.ec != std::errc() || read.ptr != digits.data() + 4) {
        zip::damaged("a property of a mail has a name that is none");
    }
    return number;
}

class Reader {
public:
    Reader(const ole2::CompoundFile& file, FilePurse& purse) : file_(file), purse_(purse) {}

    // `header_bytes`: of its stream of numbers, which differ by where the message stands.
    Message read(const std::string& at, std::size_t header_bytes, std::uint32_t depth) {
        if (depth >= depth_max) zip::refuse("a mail in too many others");
        Message message;
        read_values(message.values, at, header_bytes);
        const auto said = message.values.number(Id::code_page);
        const auto internet = message.values.number(Id::internet_code_page);
        message.code_page = static_cast<std::uint32_t>(said.value_or(internet.value_or(0)));
        for (const std::string& storage : attachments_at(at)) {
            message.attachments.push_back(read_attachment(storage, depth));
        }
        return message;
    }

private:
    // Streams directly in this storage, and the numbers in its stream of numbers.
    void read_values(Values& values, const std::string& at, std::size_t header_bytes) {
        for (const std::string_view name : file_.names_below(at)) {
            const std::string_view last = name.substr(at.size());
            if (!last.starts_with(value_prefix) || last.find('/') != last.npos) continue;
            const std::string_view digits = last.substr(value_prefix.size());
            if (digits.size() != 8) continue;  // one of several values
            const std::uint16_t id = hex16(digits.substr(0, 4));
            const std::uint16_t type = hex16(digits.substr(4));
            values.put(id, type, file_.read(name, purse_));
        }
        const std::string numbers_name = at + std::string(properties_name);
        if (!file_.has(numbers_name)) zip::damaged("a mail without its list of properties");
        const std::string numbers = file_.read(numbers_name, purse_);
        for (std::size_t i = header_bytes; i + entry_bytes <= numbers.size(); i += entry_bytes) {
            const auto type = static_cast<std::uint16_t>(zip::number16(numbers, i));
            const auto id = static_cast<std::uint16_t>(zip::number16(numbers, i + 2));
            const bool is_number =
                type == static_cast<std::uint16_t>(Type::integer) || type == static_cast<std::uint16_t>(Type::time);
            if (is_number) values.put(id, type, numbers.substr(i + 8, 8));
        }
    }

    // In their order: the digits of their numbers are as many for all.
    std::vector<std::string> attachments_at(const std::string& at) {
        std::vector<std::string> storages;
        for (const std::string_view name : file_.names_below(at + std::string(attachment_prefix))) {
            std::string storage(name.substr(0, name.find('/', at.size()) + 1));
            if (!storage.empty() && (storages.empty() || storages.back() != storage)) {
                storages.push_back(std::move(storage));
            }
        }
        return storages;
    }

    Attachment read_attachment(const std::string& at, std::uint32_t depth) {
        if (!purse_.take_member()) throw zip::Refused{Reason::too_many_members, "more files than allowed"};
        Attachment attachment;
        read_values(attachment.values, at, 8);
        const std::string inside = at + std::string(message_storage);
        if (file_.has(inside + std::string(properties_name))) {
            attachment.message = std::make_unique<Message>(read(inside, 24, depth + 1));
        } else if (const Value* data = attachment.values.find(Id::attached_data)) {
            attachment.untrusted_bytes = data->untrusted_bytes;
        }
        return attachment;
    }

    const ole2::CompoundFile& file_;
    FilePurse& purse_;
};

}  // namespace

Message read_msg(std::string_view untrusted, FilePurse& purse) {
    const ole2::CompoundFile file(untrusted);
    return Reader(file, purse).read("", 32, 0);
}

}  // namespace mugaika::codec::mapi
