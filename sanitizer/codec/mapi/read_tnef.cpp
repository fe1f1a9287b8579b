#include "sanitizer/codec/mapi/read_tnef.hpp"

#include <utility>

#include "sanitizer/codec/zip/little_endian.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::mapi {
namespace {

using zip::damaged;
using zip::number16;
using zip::number32;

constexpr std::string_view signature("\x78\x9f\x3e\x22", 4);
constexpr std::size_t begin = 6;  // the signature, and a key that says nothing

// The lower halves of attribute numbers, as their level tells them apart ([MS-OXTNEF] 2.1.3.2).
constexpr std::uint8_t of_message = 1, of_attachment = 2;
constexpr std::uint16_t att_subject = 0x8004, att_body = 0x800c, att_oem_code_page = 0x9007, att_message_props = 0x9003;
constexpr std::uint16_t att_rend_data = 0x9002, att_title = 0x8010, att_data = 0x800f, att_attachment = 0x9005;

constexpr std::uint16_t multi_valued = 0x1000;
constexpr std::size_t interface_id_bytes = 16;  // before a message that is an attachment's object

// Bytes from the front, as long as there are.
class Taker {
public:
    explicit Taker(std::string_view untrusted) : rest_(untrusted) {}

    std::string_view take(std::uint64_t count) {
        if (count > rest_.size()) damaged("a winmail.dat ends early");
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    std::uint32_t take16() { return number16(take(2), 0); }
    std::uint32_t take32() { return number32(take(4), 0); }
    // Values are filled up to four bytes; at the end the fill may be missing.
    std::string_view take_padded(std::uint64_t count) {
        const std::string_view taken = take(count);
        rest_.remove_prefix(std::min<std::uint64_t>((4 - count % 4) % 4, rest_.size()));
        return taken;
    }
    bool is_empty() const noexcept { return rest_.empty(); }

private:
    std::string_view rest_;
};

// 0: stands with its length before it.
std::uint32_t fixed_bytes(std::uint16_t type) {
    switch (type & ~multi_valued) {
        case 0x0002:  // filled up
        case 0x0003:
        case 0x0004:
        case 0x000a:
        case 0x000b:  // filled up
            return 4;
        case 0x0005:
        case 0x0006:
        case 0x0007:
        case 0x0014:
        case 0x0040:
            return 8;
        case 0x0048:
            return 16;
        case 0x000d:
        case 0x001e:
        case 0x001f:
        case 0x0102:
            return 0;
        default:
            damaged("a property of a winmail.dat has no type that is known");
    }
}

class Reader {
public:
    explicit Reader(FilePurse& purse) : purse_(purse) {}

    Message read(std::string_view untrusted, std::uint32_t depth) {
        if (depth >= depth_max) zip::refuse("a winmail.dat in too many others");
        if (!looks_like_tnef(untrusted)) damaged("a winmail.dat without its signature");
        Message message;
        Taker rest(untrusted.substr(std::min(begin, untrusted.size())));
        while (!rest.is_empty()) {
            const auto level = static_cast<std::uint8_t>(rest.take(1).front());
            const std::uint32_t id = rest.take32();
            const std::string_view data = rest.take(rest.take32());
            if (rest.take16() != sum_of(data)) damaged("a check sum of a winmail.dat is wrong");
            if (level == of_message) take_message(message, static_cast<std::uint16_t>(id), data, depth);
            if (level == of_attachment) take_attachment(message, static_cast<std::uint16_t>(id), data, depth);
            if (level != of_message && level != of_attachment) damaged("a winmail.dat has an attribute of no level");
        }
        return message;
    }

private:
    static std::uint32_t sum_of(std::string_view data) noexcept {
        std::uint32_t sum = 0;
        for (const char c : data) sum += static_cast<std::uint8_t>(c);
        return sum & 0xffff;
    }

    std::string paid(std::string_view bytes) {
        if (!purse_.take_inner(bytes.size()))
            throw zip::Refused{Reason::inner_too_large, "a winmail.dat unpacks to more"};
        return std::string(bytes);
    }

    void put_string(Values& values, Id id, std::string_view bytes) {
        values.put(static_cast<std::uint16_t>(id), static_cast<std::uint16_t>(Type::string8), paid(bytes));
    }

    void take_message(Message& message, std::uint16_t id, std::string_view data, std::uint32_t depth) {
        if (id == att_oem_code_page && data.size() >= 4) message.code_page = number32(data, 0);
        if (id == att_subject) put_string(message.values, Id::subject, data);
        if (id == att_body) put_string(message.values, Id::body, data);
        if (id == att_message_props) take_properties(message.values, nullptr, data, depth);
    }

    void take_attachment(Message& message, std::uint16_t id, std::string_view data, std::uint32_t depth) {
        if (id == att_rend_data) {
            if (!purse_.take_member()) throw zip::Refused{Reason::too_many_members, "more files than allowed"};
            message.attachments.emplace_back();
            return;
        }
        if (message.attachments.empty()) damaged("a winmail.dat has a file before its first one begins");
        Attachment& last = message.attachments.back();
        if (id == att_title) put_string(last.values, Id::attached_name, data);
        if (id == att_data) last.untrusted_bytes = paid(data);
        if (id == att_attachment) take_properties(last.values, &last, data, depth);
    }

    // 2.1.3.3.4: `attachment` may be a message that is stored in its data.
    void take_properties(Values& values, Attachment* attachment, std::string_view data, std::uint32_t depth) {
        Taker rest(data);
        const std::uint32_t count = rest.take32();
        for (std::uint32_t i = 0; i < count; ++i) {
            const auto type = static_cast<std::uint16_t>(rest.take16());
            const auto id = static_cast<std::uint16_t>(rest.take16());
            if (id >= 0x8000) skip_name(rest);
            const std::string_view first = take_value(rest, type);
            if ((type & multi_valued) != 0) continue;  // none that is asked for
            const bool is_data = attachment != nullptr && id == static_cast<std::uint16_t>(Id::attached_data);
            if (is_data && first.substr(std::min(interface_id_bytes, first.size())).starts_with(signature)) {
                attachment->message = std::make_unique<Message>(read(first.substr(interface_id_bytes), depth + 1));
            } else if (is_data && attachment->untrusted_bytes.empty()) {
                attachment->untrusted_bytes = paid(first);
            } else {
                values.put(id, type, paid(first));
            }
        }
    }

    static void skip_name(Taker& rest) {
        rest.take(16);
        const std::uint32_t kind = rest.take32();
        if (kind == 0) {
            rest.take(4);
        } else if (kind == 1) {
            rest.take_padded(rest.take32());
        } else {
            damaged("a named property of a winmail.dat is of no kind");
        }
    }

    // The first of them, where there are several.
    static std::string_view take_value(Taker& rest, std::uint16_t type) {
        const std::uint32_t fixed = fixed_bytes(type);
        const bool has_count = fixed == 0 || (type & multi_valued) != 0;
        const std::uint32_t count = has_count ? rest.take32() : 1;
        std::string_view first;
        for (std::uint32_t i = 0; i < count; ++i) {
            const std::string_view value = fixed == 0 ? rest.take_padded(rest.take32()) : rest.take(fixed);
            if (i == 0) first = value;
        }
        return first;
    }

    FilePurse& purse_;
};

}  // namespace

bool looks_like_tnef(std::string_view untrusted) noexcept { return untrusted.starts_with(signature); }

Message read_tnef(std::string_view untrusted, FilePurse& purse) { return Reader(purse).read(untrusted, 0); }

}  // namespace mugaika::codec::mapi
