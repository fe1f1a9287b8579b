// Writer and Reader of frames have the same words, so each struct is described once and what is written is what is
// read. Little-endian, length-prefixed; for the files wire.cpp, file_wire.cpp and engine_wire.cpp alone.
#pragma once

#include <algorithm>
#include <bitset>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "policy/reason.hpp"
#include "policy/result.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/worker/frame.hpp"
#include "sanitizer/worker/wire_rules.hpp"

namespace mugaika::wire {

inline constexpr std::size_t header_items_max = 20000;

template <class Number>
concept Unsigned = std::unsigned_integral<Number> && !std::same_as<Number, bool>;

class Writer {
public:
    explicit Writer(FrameKind kind) : kind_(kind), frame_(frame_header_bytes, '\0') {}

    template <Unsigned Number>
    void number(Number value) {
        for (std::size_t i = 0; i < sizeof(Number); ++i) {
            frame_.push_back(static_cast<char>(static_cast<std::uint64_t>(value) >> (8 * i) & 0xff));
        }
    }
    void flag(bool value) { number(static_cast<std::uint8_t>(value)); }
    template <class Choice>
    void choice(Choice value, Choice) {
        number(static_cast<std::uint8_t>(value));
    }
    void reason(Reason value) { number(static_cast<std::uint8_t>(value)); }
    void bytes(std::string_view value) {
        if (value.size() > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("too long for a frame");
        number(static_cast<std::uint32_t>(value.size()));
        frame_.append(value);
    }
    void string(const std::string& value, Check) { bytes(value); }
    void line(const PlainLine& value) { bytes(value.str()); }
    void line(const std::string& value) { bytes(value); }
    void text(const PlainText& value) { bytes(value.str()); }
    template <class Item, class Describe>
    void list(const std::vector<Item>& items, std::size_t, Describe describe) {
        number(static_cast<std::uint32_t>(items.size()));
        for (const Item& item : items) describe(*this, item);
    }
    void mailboxes(const std::vector<Mailbox>& items) {
        list(items, header_items_max, [](Writer& out, const Mailbox& mailbox) {
            out.line(mailbox.name);
            out.bytes(mailbox.address.text());
        });
    }
    // Each once: the reader takes no more, and a second one says nothing new.
    void reasons(const std::vector<Reason>& values) {
        std::bitset<reason_count> seen;
        std::vector<Reason> unique;
        for (const Reason value : values) {
            const auto number_of = static_cast<std::size_t>(value);
            if (!seen.test(number_of)) unique.push_back(value);
            seen.set(number_of);
        }
        list(unique, reason_count, [](Writer& out, Reason value) { out.reason(value); });
    }
    void date(const std::optional<DateFact>& value) {
        flag(value.has_value());
        if (!value) return;
        number(static_cast<std::uint64_t>(value->unix_seconds));
        number(static_cast<std::uint32_t>(value->offset_minutes));
    }

    std::string frame() && {
        const std::size_t payload = frame_.size() - frame_header_bytes;
        if (payload > std::numeric_limits<std::uint32_t>::max()) throw std::length_error("too long for a frame");
        const auto put = [this](std::size_t at, std::uint32_t value) {
            for (std::size_t i = 0; i < 4; ++i) frame_[at + i] = static_cast<char>(value >> (8 * i) & 0xff);
        };
        put(0, static_cast<std::uint32_t>(payload));
        put(4, static_cast<std::uint32_t>(kind_));
        return std::move(frame_);
    }

private:
    FrameKind kind_;
    std::string frame_;
};

// The first fault sticks and everything after it reads as nothing; finish() tells.
class Reader {
public:
    explicit Reader(std::string_view payload) : rest_(payload), size_(payload.size()) {}

    template <Unsigned Number>
    void number(Number& value) {
        std::uint64_t read = 0;
        const std::string_view from = take(sizeof(Number));
        for (std::size_t i = 0; i < from.size(); ++i) {
            read |= std::uint64_t{static_cast<unsigned char>(from[i])} << (8 * i);
        }
        value = static_cast<Number>(read);
    }
    void flag(bool& value) {
        const auto read = get<std::uint8_t>();
        if (read > 1) fail("a flag that is neither 0 nor 1");
        value = read == 1;
    }
    template <class Choice>
    void choice(Choice& value, Choice last) {
        const auto read = get<std::uint8_t>();
        if (read > static_cast<std::uint8_t>(last)) return fail("an unknown number of an enumeration");
        value = static_cast<Choice>(read);
    }
    void reason(Reason& value) {
        const auto known = reason_from_number(get<std::uint8_t>());
        if (!known) return fail("an unknown reason");
        value = *known;
    }
    std::string_view bytes() { return take(get<std::uint32_t>()); }
    void string(std::string& value, Check fits) {
        const std::string_view read = bytes();
        if (!fits(read)) return fail("a string that breaks its rule");
        value = read;
    }
    void line(PlainLine& value) { checked(value, PlainLine::from(std::string(bytes())), "a line that is not plain"); }
    void line(std::string& value) {
        const std::string_view read = bytes();
        if (!is_plain(read, TextRule::line)) return fail("a line that is not plain");
        value = read;
    }
    void text(PlainText& value) { checked(value, PlainText::from(std::string(bytes())), "a text that is not plain"); }
    template <class Item, class Describe>
    void list(std::vector<Item>& items, std::size_t items_max, Describe describe) {
        const auto count = get<std::uint32_t>();
        if (count > items_max || count > rest_.size()) return fail("a list that is too long");  // an item has >= 1 byte
        for (std::uint32_t i = 0; i < count && fault_ == nullptr; ++i) {
            Item item{};
            describe(*this, item);
            items.push_back(std::move(item));
        }
    }
    void mailboxes(std::vector<Mailbox>& items) {
        const auto count = get<std::uint32_t>();
        if (count > header_items_max || count > rest_.size()) return fail("a list that is too long");
        for (std::uint32_t i = 0; i < count && fault_ == nullptr; ++i) {
            PlainLine name;
            line(name);
            auto address = MailAddress::parse(bytes());
            if (!address) return fail("a mailbox without a strict address");
            items.push_back({std::move(name), *std::move(address)});
        }
    }
    void reasons(std::vector<Reason>& values) {
        list(values, reason_count, [](Reader& in, Reason& value) { in.reason(value); });
        std::bitset<reason_count> seen;
        for (const Reason value : values) {
            const auto number_of = static_cast<std::size_t>(value);
            if (seen.test(number_of)) fail("a reason that stands twice");
            seen.set(number_of);
        }
    }
    void date(std::optional<DateFact>& value) {
        bool has = false;
        flag(has);
        if (!has) return;
        // Years 1 to 9999, so that whoever writes it as a calendar date need not think.
        constexpr std::int64_t first = -62135596800, last = 253402300799;
        const auto seconds = static_cast<std::int64_t>(get<std::uint64_t>());
        const auto offset = static_cast<std::int32_t>(get<std::uint32_t>());
        if (seconds < first || seconds > last || offset < -1439 || offset > 1439) return fail("a date out of range");
        value = DateFact{seconds, offset};
    }

    Result<void> finish() {
        if (fault_ == nullptr && !rest_.empty()) fail("bytes after the end");
        if (fault_ == nullptr) return {};
        return Error(Fault::protocol,
                     std::string("frame: ") + fault_ + " before offset " + std::to_string(fault_offset_));
    }

private:
    template <class Number>
    Number get() {
        Number value{};
        number(value);
        return value;
    }
    std::string_view take(std::size_t count) {
        if (count > rest_.size()) {
            fail("ends early");
            return {};
        }
        const std::string_view taken = rest_.substr(0, count);
        rest_.remove_prefix(count);
        return taken;
    }
    template <class Value>
    void checked(Value& value, Result<Value> made, const char* fault) {
        if (!made) return fail(fault);
        value = *std::move(made);
    }
    void fail(const char* fault) {
        if (fault_ == nullptr) {
            fault_ = fault;
            fault_offset_ = size_ - rest_.size();
        }
        rest_ = {};
    }

    std::string_view rest_;
    std::size_t size_;
    const char* fault_ = nullptr;
    std::size_t fault_offset_ = 0;
};

template <class Value, class Describe>
std::string encode(FrameKind kind, const Value& value, Describe describe) {
    Writer out(kind);
    describe(out, value);
    return std::move(out).frame();
}

template <class Value, class Describe>
Result<Value> decode(std::string_view payload, Describe describe) {
    Reader in(payload);
    Value value{};
    describe(in, value);
    if (const auto end = in.finish(); !end) return end.error();
    return value;
}

// What both kinds of jobs have.
inline constexpr auto describe_budget = [](auto& io, auto& budget) {
    auto& [parts_max, depth_max, boundary_bytes_max, boundaries_per_line_max, header_line_bytes_max, header_bytes_max,
           header_fields_max, decoded_bytes_max, text_bytes_max, files_bytes_max, html_bytes_max, html_depth_max,
           html_attributes_max, links_max, header_text_bytes_max, addresses_max, references_max] = budget;
    io.number(parts_max);
    io.number(depth_max);
    io.number(boundary_bytes_max);
    io.number(boundaries_per_line_max);
    io.number(header_line_bytes_max);
    io.number(header_bytes_max);
    io.number(header_fields_max);
    io.number(decoded_bytes_max);
    io.number(text_bytes_max);
    io.number(files_bytes_max);
    io.number(html_bytes_max);
    io.number(html_depth_max);
    io.number(html_attributes_max);
    io.number(links_max);
    io.number(header_text_bytes_max);
    io.number(addresses_max);
    io.number(references_max);
};

}  // namespace mugaika::wire
