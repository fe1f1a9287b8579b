#include "sanitizer/worker/wire.hpp"

#include <algorithm>
#include <array>
#include <bitset>
#include <concepts>
#include <limits>
#include <stdexcept>
#include <type_traits>

#include "policy/ascii.hpp"

// Writer and Reader have the same words, so each struct is described once, below, and what is written is what is read.
// The descriptions take structs apart by structured bindings: a field added to a struct and forgotten here does not
// compile.

namespace mugaika {
namespace {

// Bounds on memory before check_extract compares with the job's own budget, far above what any budget allows.
constexpr std::size_t rows_max = 20000;
constexpr std::size_t header_items_max = 20000;
constexpr std::size_t summary_fields_max = 16;

constexpr std::size_t identifier_bytes_max = 998;  // RFC 5322 2.1.1: it has to fit on a line
constexpr std::size_t label_bytes_max = 64;
constexpr std::size_t media_type_bytes_max = 255;  // RFC 6838 4.2: 127 on each side

bool is_one_of(char c, std::string_view set) noexcept { return set.find(c) != std::string_view::npos; }

bool is_atom_char(char c) noexcept { return ascii::is_alnum(c) || is_one_of(c, "!#$%&'*+-/=?^_`{|}~"); }

bool is_sha256(std::string_view text) noexcept {
    return text.size() == 64 &&
           std::all_of(text.begin(), text.end(), [](char c) { return ascii::is_digit(c) || (c >= 'a' && c <= 'f'); });
}

bool is_sha256_or_empty(std::string_view text) noexcept { return text.empty() || is_sha256(text); }

bool is_token_char(char c) noexcept { return ascii::is_alnum(c) || is_one_of(c, "!#$%&'*+-.^_`{|}~"); }

// Two RFC 2045 5.1 tokens with one slash between them.
bool is_media_type(std::string_view text) noexcept {
    const std::size_t slash = text.find('/');
    if (slash == std::string_view::npos || slash == 0 || slash + 1 == text.size()) return false;
    const std::string_view subtype = text.substr(slash + 1);
    return text.size() <= media_type_bytes_max &&
           std::all_of(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(slash), is_token_char) &&
           std::all_of(subtype.begin(), subtype.end(), is_token_char);
}

bool is_media_type_or_empty(std::string_view text) noexcept { return text.empty() || is_media_type(text); }

bool is_lower_media_type_or_empty(std::string_view text) noexcept {
    return is_media_type_or_empty(text) && std::none_of(text.begin(), text.end(), ascii::is_upper);
}

// Names of charsets and handlers: one printable ASCII word.
bool is_label_or_empty(std::string_view text) noexcept {
    return text.size() <= label_bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return ascii::is_printable(c) && c != ' '; });
}

bool is_method(std::string_view text) noexcept {
    constexpr std::array<std::string_view, 6> methods{"", "ア", "ウ-1", "ウ-2", "ウ-3", "ウ-4"};
    return std::find(methods.begin(), methods.end(), text) != methods.end();
}

// The composer asks for more before it writes one; here nothing may pass that could end a field or an angle bracket.
bool is_message_id(std::string_view text) noexcept {
    const std::size_t at = text.find('@');
    const bool one_inside = at != 0 && at != std::string_view::npos && at + 1 < text.size() &&
                            text.find('@', at + 1) == std::string_view::npos;
    return one_inside && text.size() <= identifier_bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_atom_char(c) || is_one_of(c, ".@[]:"); });
}

bool is_message_id_or_empty(std::string_view text) noexcept { return text.empty() || is_message_id(text); }

bool is_dot_atom_or_empty(std::string_view text) noexcept {
    return text.size() <= identifier_bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return is_atom_char(c) || c == '.'; });
}

bool is_field_name(std::string_view text) noexcept {
    return !text.empty() && text.size() <= label_bytes_max &&
           std::all_of(text.begin(), text.end(), [](char c) { return ascii::is_alpha(c) || c == '-'; });
}

using Check = bool (*)(std::string_view) noexcept;

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

// ---- what a job is made of

constexpr auto describe_path = [](auto& io, auto& path) { io.string(path, is_part_path); };

constexpr auto describe_profile = [](auto& io, auto& profile) {
    auto& [name, actions, keep_original, ambiguous, links, release_originals] = profile;
    io.line(name);
    for (auto& action : actions) io.choice(action, PartAction::refuse);
    io.choice(keep_original, KeepOriginal::always);
    io.choice(ambiguous, OnAmbiguous::deliver);
    io.choice(links, LinkStyle::drop);
    io.flag(release_originals);
};

constexpr auto describe_budget = [](auto& io, auto& budget) {
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

constexpr auto describe_job = [](auto& io, auto& job) {
    auto& [profile, budget, mail_bytes, believed_ids, released_parts, time_zone] = job;
    describe_profile(io, profile);
    describe_budget(io, budget);
    io.number(mail_bytes);
    io.list(believed_ids, rows_max, [](auto& inner, auto& id) { inner.string(id, is_dot_atom_or_empty); });
    io.list(released_parts, rows_max, describe_path);
    io.string(time_zone, is_label_or_empty);
};

// ---- what an extract is made of

constexpr auto describe_message_id = [](auto& io, auto& id) { io.string(id, is_message_id); };

constexpr auto describe_header = [](auto& io, auto& header) {
    auto& [from, sender, reply_to, to, cc, from_text, subject, date, message_id, in_reply_to, references,
           auto_submitted, importance, list_id, list_name, received_count, authentication, first_hop] = header;
    io.mailboxes(from);
    io.mailboxes(sender);
    io.mailboxes(reply_to);
    io.mailboxes(to);
    io.mailboxes(cc);
    io.line(from_text);
    io.line(subject);
    io.date(date);
    io.string(message_id, is_message_id_or_empty);
    io.list(in_reply_to, header_items_max, describe_message_id);
    io.list(references, header_items_max, describe_message_id);
    io.choice(auto_submitted, AutoSubmitted::auto_notified);
    io.choice(importance, Importance::high);
    io.string(list_id, is_dot_atom_or_empty);
    io.line(list_name);
    io.number(received_count);
    io.string(authentication.by, is_dot_atom_or_empty);
    for (auto& result : authentication.results) io.choice(result, AuthResult::permerror);
    io.line(first_hop);
};

constexpr auto describe_summary_field = [](auto& io, auto& field) {
    auto& [name, value] = field;
    io.string(name, is_field_name);
    io.line(value);
};

constexpr auto describe_text = [](auto& io, auto& block) {
    auto& [path, role, title, summary, quote_depth, text] = block;
    io.string(path, is_part_path);
    io.choice(role, TextRole::quoted);
    io.line(title);
    io.list(summary, summary_fields_max, describe_summary_field);
    io.number(quote_depth);
    io.text(text);
};

constexpr auto describe_facts = [](auto& io, auto& facts) {
    auto& [path, declared_type, detected_type, kind, name, is_attachment, bytes] = facts;
    io.string(path, is_part_path);
    io.string(declared_type, is_lower_media_type_or_empty);
    io.string(detected_type, is_media_type_or_empty);
    io.choice(kind, static_cast<PartKind>(part_kind_count - 1));
    io.line(name);
    io.flag(is_attachment);
    io.number(bytes);
};

constexpr auto describe_row = [](auto& io, auto& row) {
    auto& [facts, sha256, charset, undecodable, verdict, method, reason, handler, out_name, out_sha256, notes] = row;
    describe_facts(io, facts);
    io.string(sha256, is_sha256_or_empty);
    io.string(charset, is_label_or_empty);
    io.number(undecodable);
    io.choice(verdict, PartVerdict::quarantined);
    io.string(method, is_method);
    io.reason(reason);
    io.string(handler, is_label_or_empty);
    io.line(out_name);
    io.string(out_sha256, is_sha256_or_empty);
    io.reasons(notes);
};

constexpr auto describe_file = [](auto& io, auto& file) {
    auto& [path, name, type, bytes] = file;
    io.string(path, is_part_path);
    io.line(name);
    io.string(type, is_media_type);
    io.string(bytes, [](std::string_view) noexcept { return true; });
};

constexpr auto describe_extract = [](auto& io, auto& extract) {
    auto& [header, texts, parts, files, findings] = extract;
    describe_header(io, header);
    io.list(texts, rows_max, describe_text);
    io.list(parts, rows_max, describe_row);
    io.list(files, rows_max, describe_file);
    io.reasons(findings);
};

}  // namespace

std::string encode_job(const Job& job) {
    Writer out(FrameKind::job);
    describe_job(out, job);
    return std::move(out).frame();
}

Result<Job> decode_job(std::string_view payload) {
    Reader in(payload);
    Job job;
    describe_job(in, job);
    if (const auto end = in.finish(); !end) return end.error();
    return job;
}

std::string encode_extract(const Extract& extract) {
    Writer out(FrameKind::extract);
    describe_extract(out, extract);
    return std::move(out).frame();
}

Result<Extract> decode_extract(std::string_view payload) {
    Reader in(payload);
    Extract extract;
    describe_extract(in, extract);
    if (const auto end = in.finish(); !end) return end.error();
    return extract;
}

Result<std::size_t> decode_frame_header(std::string_view eight_bytes, FrameKind expected,
                                        std::size_t payload_bytes_max) {
    Reader in(eight_bytes);
    std::uint32_t length = 0;
    std::uint32_t kind = 0;
    in.number(length);
    in.number(kind);
    if (const auto end = in.finish(); !end) return end.error();
    if (kind != static_cast<std::uint32_t>(expected)) return Error(Fault::protocol, "frame: not of the expected kind");
    if (length > payload_bytes_max) {
        return Error(Fault::protocol,
                     "frame: " + std::to_string(length) + " bytes, allowed are " + std::to_string(payload_bytes_max));
    }
    return std::size_t{length};
}

}  // namespace mugaika
