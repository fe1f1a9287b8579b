#include "relay/stats/read_event.hpp"

#include <simdjson.h>

#include <bitset>

#include "policy/name_table.hpp"
#include "policy/shown_text.hpp"
#include "relay/log/flat_fields.hpp"
#include "relay/stats/log_blocks.hpp"
#include "relay/stats/moment_reader.hpp"
#include "relay/stats/read_ledger.hpp"
#include "relay/stats/same_key.hpp"

namespace mugaika {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t shown_bytes_max = 100;
constexpr std::size_t fields_max = 64;

Error fault(const std::string& words) { return {Fault::bad_input, words}; }

class Value final : public EventValue {
public:
    Value(dom::element json, LogDetail detail) : json_(json), detail_(detail) {}

    std::optional<std::string_view> text() const override { return get<std::string_view>(json_); }
    std::optional<std::uint64_t> number() const override { return get<std::uint64_t>(json_); }
    std::optional<bool> truth() const override { return get<bool>(json_); }
    std::optional<std::vector<std::string>> texts() const override {
        return list<std::string>([this](dom::element value) -> std::optional<std::string> {
            const auto text = get<std::string_view>(value);
            if (!text) return std::nullopt;
            return std::string(detail_ == LogDetail::counts_without_people ? std::string_view() : *text);
        });
    }
    std::optional<std::vector<StayingPart>> stays() const override {
        return list<StayingPart>([](dom::element value) -> std::optional<StayingPart> {
            const auto part = get<std::string_view>(value.at_key(key::part.name));
            const auto reason = get<std::string_view>(value.at_key(key::reason.name));
            if (!part || !reason) return std::nullopt;
            return StayingPart{std::string(*part), Word<Reason>::read(*reason)};
        });
    }

private:
    template <class Type, class Json>
    static std::optional<Type> get(const Json& json) {
        Type value{};
        if (json.get(value) != simdjson::SUCCESS) return std::nullopt;
        return value;
    }
    template <class Type, class Take>
    std::optional<std::vector<Type>> list(const Take& take) const {
        dom::array array;
        if (json_.get(array) != simdjson::SUCCESS) return std::nullopt;
        std::vector<Type> values;
        for (const dom::element element : array) {
            auto value = take(element);
            if (!value) return std::nullopt;
            values.push_back(std::move(*value));
        }
        return values;
    }

    dom::element json_;
    LogDetail detail_;
};

std::string in_quotes(std::string_view untrusted) { return "\"" + shown_text(untrusted, shown_bytes_max) + "\""; }

// The members of every event, wherever they stand.
enum class Frame : std::uint8_t { time, event, host, writer, number, previous, none };

Frame frame_member(std::string_view key) noexcept {
    if (same_key(key, key::time.name)) return Frame::time;
    if (same_key(key, key::event.name)) return Frame::event;
    if (same_key(key, key::host.name)) return Frame::host;
    if (same_key(key, key::writer.name)) return Frame::writer;
    if (same_key(key, key::seq.name)) return Frame::number;
    return same_key(key, key::prev.name) ? Frame::previous : Frame::none;
}

// A second one of a name is a fault.
class FrameSeen {
public:
    bool is_second(Frame member) noexcept {
        const bool was_seen = seen_[static_cast<std::size_t>(member)];
        seen_.set(static_cast<std::size_t>(member));
        return was_seen;
    }

private:
    std::bitset<6> seen_;
};

Error stands_twice(std::string_view key) { return fault(in_quotes(key) + " stands there twice"); }

// Texts by which nothing is counted.
constexpr bool is_counted(std::string_view key) noexcept {
    for (const Key& other :
         {key::sha256, key::message_id, key::client, key::next_hop, key::answer, key::tls_version, key::tls_cipher}) {
        if (key == other.name) return false;
    }
    return true;
}

constexpr bool is_wanted(std::string_view key, LogDetail detail) noexcept {
    if (detail == LogDetail::all) return true;
    return is_counted(key) && (detail == LogDetail::counts || key != key::from.name);
}

template <class Event, LogDetail detail>
inline constexpr auto wanted_fields = [] {
    constexpr auto& fields = flat_fields<Event>;
    std::array<bool, fields.size()> wanted{};
    for (std::size_t i = 0; i < fields.size(); ++i) {
        wanted[i] = fields[i].kind != ValueKind::text || is_wanted(fields[i].key.name, detail);
    }
    return wanted;
}();

template <class Event>
constexpr const auto& fields_for(LogDetail detail) noexcept {
    if (detail == LogDetail::all) return wanted_fields<Event, LogDetail::all>;
    return detail == LogDetail::counts ? wanted_fields<Event, LogDetail::counts>
                                       : wanted_fields<Event, LogDetail::counts_without_people>;
}

// Members stand in the order of the description unless another version wrote them: the next is looked at first.
template <class Event>
std::size_t place_of(std::string_view key, std::size_t next) noexcept {
    constexpr auto& fields = flat_fields<Event>;
    if (next < fields.size() && same_key(fields[next].key.name, key)) return next;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (same_key(fields[i].key.name, key)) return i;
    }
    return fields.size();
}

template <class Event>
constexpr bool has_ledger = std::is_same_v<Event, event::MessageSanitized>;

template <class Event>
Result<void> take_members(dom::object members, LogDetail detail, ReadEvent& into) {
    constexpr auto& fields = flat_fields<Event>;
    static_assert(fields.size() <= fields_max);
    const auto& wanted = fields_for<Event>(detail);
    auto& event = into.event.emplace().template emplace<Event>();
    std::bitset<fields_max> seen;
    FrameSeen frame;
    std::size_t next = 0;
    LedgerMembers ledger;
    for (const dom::key_value_pair member : members) {
        const std::size_t at = place_of<Event>(member.key, next);
        if (at == fields.size()) {
            const Frame of_all = frame_member(member.key);
            if (of_all == Frame::none) {
                into.others.emplace_back(member.key, simdjson::minify(member.value));
            } else if (frame.is_second(of_all)) {
                return stands_twice(member.key);
            }
            continue;
        }
        if (seen[at]) return stands_twice(member.key);
        seen[at] = true;
        next = at + 1;
        if constexpr (has_ledger<Event>) {
            if (is_of_ledger(member.key)) ledger.add(member.key, member.value);
        }
        const Value value(member.value, detail);
        if (wanted[at] ? !fields[at].take(event, value) : !value.text().has_value()) {
            return fault(in_quotes(member.key) + " of " + std::string(Event::name.name) + " is no " +
                         std::string(to_string(fields[at].kind)));
        }
    }
    if constexpr (has_ledger<Event>) {
        std::string blamed;
        if (!take_ledger(ledger, detail, event.ledger, blamed)) {
            return fault(in_quotes(blamed) + " of " + std::string(Event::name.name) + " is not as a ledger has it");
        }
    }
    return {};
}

// The members of an event that is not known here.
Result<void> take_words(dom::object members, LogDetail, ReadEvent& into) {
    FrameSeen frame;
    for (const dom::key_value_pair member : members) {
        const Frame of_all = frame_member(member.key);
        if (of_all == Frame::none) {
            into.others.emplace_back(member.key, simdjson::minify(member.value));
        } else if (frame.is_second(of_all)) {
            return stands_twice(member.key);
        }
    }
    return {};
}

using Take = Result<void> (*)(dom::object, LogDetail, ReadEvent&);

const NameTable<Take>& takers() {
    static const NameTable<Take> table = [] {
        NameTable<Take> rows;
        [&rows]<class... Events>(const std::variant<Events...>*) {
            (rows.add(Events::name.name, take_members<Events>), ...);
        }(static_cast<AnyEvent*>(nullptr));
        return rows;
    }();
    return table;
}

// They stand in front: looks no further than to the last of them. Whether one comes twice is seen with the others.
Result<void> take_frame(dom::object members, MomentReader& moments, ReadEvent& into) {
    const std::array texts{&into.time, &into.name, &into.host};
    std::size_t found = 0;
    FrameSeen seen;
    for (const dom::key_value_pair member : members) {
        const Frame of_all = frame_member(member.key);
        if (static_cast<std::size_t>(of_all) >= texts.size()) continue;  // its place in a chain, or none of these
        std::string_view text;
        if (member.value.get(text) != simdjson::SUCCESS) return fault(in_quotes(member.key) + " is not a text");
        if (seen.is_second(of_all)) return stands_twice(member.key);
        *texts[static_cast<std::size_t>(of_all)] = text;
        if (++found == texts.size()) break;
    }
    const auto moment = moments.read(into.time);
    if (!moment)
        return fault(into.time.empty() ? "it has no \"time\"" : "its \"time\" is none: " + in_quotes(into.time));
    if (into.name.empty()) return fault("it has no \"event\"");
    into.moment = *moment;
    return {};
}

}  // namespace

struct EventReader::Impl {
    LogDetail detail;
    dom::parser parser = dom::parser();
    MomentReader moments = {};
    std::string padded = {};
};

EventReader::EventReader(LogDetail detail) : impl_(std::make_unique<Impl>(Impl{detail})) {}
EventReader::~EventReader() = default;

Result<ReadEvent> EventReader::read(std::string_view untrusted_line) {
    impl_->padded.assign(untrusted_line);
    impl_->padded.append(LogBlock::padding, ' ');
    ReadEvent event;
    const auto read = read_padded(std::string_view(impl_->padded).substr(0, untrusted_line.size()), event);
    if (!read) return read.error();
    return event;
}

Result<void> EventReader::read_padded(std::string_view untrusted_line, ReadEvent& into) {
    static_assert(simdjson::SIMDJSON_PADDING <= LogBlock::padding);
    dom::object members;
    const auto parsed = impl_->parser.parse(untrusted_line.data(), untrusted_line.size(), false);
    if (const auto error = parsed.get(members)) {
        return fault(error == simdjson::INCORRECT_TYPE ? "it is no JSON object"
                                                       : "it is no JSON: " + std::string(error_message(error)));
    }
    for (std::string* const text : {&into.time, &into.name, &into.host}) text->clear();
    into.event.reset();
    into.others.clear();
    if (const auto frame = take_frame(members, impl_->moments, into); !frame) return frame.error();
    const Take* known = takers().find(into.name);
    return (known != nullptr ? *known : take_words)(members, impl_->detail, into);
}

}  // namespace mugaika
