#include "relay/stats/read_event.hpp"

#include <simdjson.h>

#include <bitset>

#include "policy/name_table.hpp"
#include "policy/shown_text.hpp"
#include "relay/log/flat_fields.hpp"
#include "relay/stats/read_ledger.hpp"

namespace mugaika {
namespace {

namespace dom = simdjson::dom;

constexpr std::size_t shown_bytes_max = 100;
constexpr std::size_t fields_max = 64;

Error fault(const std::string& words) { return {Fault::bad_input, words}; }

class Value final : public EventValue {
public:
    explicit Value(dom::element json) : json_(json) {}

    std::optional<std::string_view> text() const override { return get<std::string_view>(json_); }
    std::optional<std::uint64_t> number() const override { return get<std::uint64_t>(json_); }
    std::optional<bool> truth() const override { return get<bool>(json_); }
    std::optional<std::vector<std::string>> texts() const override {
        return list<std::string>([](dom::element value) -> std::optional<std::string> {
            const auto text = get<std::string_view>(value);
            return text ? std::optional<std::string>(*text) : std::nullopt;
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
};

std::string in_quotes(std::string_view untrusted) { return "\"" + shown_text(untrusted, shown_bytes_max) + "\""; }

bool is_of_every_event(std::string_view key) noexcept {
    return key == key::time.name || key == key::event.name || key == key::host.name || key == key::writer.name ||
           key == key::seq.name || key == key::prev.name;
}

// Members stand in the order of the description unless another version wrote them: the next is looked at first.
template <class Event>
std::size_t place_of(std::string_view key, std::size_t next) noexcept {
    constexpr auto& fields = flat_fields<Event>;
    if (next < fields.size() && fields[next].key.name == key) return next;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (fields[i].key.name == key) return i;
    }
    return fields.size();
}

template <class Event>
Result<void> take_members(dom::object members, ReadEvent& into) {
    constexpr auto& fields = flat_fields<Event>;
    static_assert(fields.size() <= fields_max);
    Event event{};
    std::bitset<fields_max> seen;
    std::size_t next = 0;
    for (const dom::key_value_pair member : members) {
        if (is_of_every_event(member.key)) continue;
        const std::size_t at = place_of<Event>(member.key, next);
        if (at == fields.size()) {
            into.others.emplace_back(member.key, simdjson::minify(member.value));
            continue;
        }
        if (seen[at]) return fault(in_quotes(member.key) + " stands there twice");
        seen[at] = true;
        next = at + 1;
        if (!fields[at].take(event, Value(member.value))) {
            return fault(in_quotes(member.key) + " of " + std::string(Event::name.name) + " is no " +
                         std::string(to_string(fields[at].kind)));
        }
    }
    if constexpr (std::is_same_v<Event, event::MessageSanitized>) {
        std::string blamed;
        if (!take_ledger(members, event.ledger, blamed)) {
            return fault(in_quotes(blamed) + " of " + std::string(Event::name.name) + " is not as a ledger has it");
        }
    }
    into.event.emplace(std::in_place_type<Event>, std::move(event));
    return {};
}

// The members of an event that is not known here.
Result<void> take_words(dom::object members, ReadEvent& into) {
    for (const dom::key_value_pair member : members) {
        if (!is_of_every_event(member.key)) into.others.emplace_back(member.key, simdjson::minify(member.value));
    }
    return {};
}

using Take = Result<void> (*)(dom::object, ReadEvent&);

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

// The members of every event, wherever they stand.
Result<void> take_frame(dom::object members, ReadEvent& into) {
    const std::array<std::pair<std::string_view, std::string*>, 3> frame{
        {{key::time.name, &into.time}, {key::event.name, &into.name}, {key::host.name, &into.host}}};
    std::bitset<3> seen;
    for (const dom::key_value_pair member : members) {
        for (std::size_t i = 0; i < frame.size(); ++i) {
            if (member.key != frame[i].first) continue;
            std::string_view text;
            if (member.value.get(text) != simdjson::SUCCESS) return fault(in_quotes(member.key) + " is not a text");
            if (seen[i]) return fault(in_quotes(member.key) + " stands there twice");
            seen[i] = true;
            *frame[i].second = text;
        }
    }
    const auto moment = moment_from_rfc3339(into.time);
    if (!moment)
        return fault(into.time.empty() ? "it has no \"time\"" : "its \"time\" is none: " + in_quotes(into.time));
    if (into.name.empty()) return fault("it has no \"event\"");
    into.moment = *moment;
    return {};
}

}  // namespace

struct EventReader::Impl {
    dom::parser parser;
    std::string padded;
};

EventReader::EventReader() : impl_(std::make_unique<Impl>()) {}
EventReader::~EventReader() = default;

Result<ReadEvent> EventReader::read(std::string_view untrusted_line) {
    impl_->padded.assign(untrusted_line);
    impl_->padded.append(simdjson::SIMDJSON_PADDING, ' ');
    dom::object members;
    const auto parsed = impl_->parser.parse(impl_->padded.data(), untrusted_line.size(), false);
    if (const auto error = parsed.get(members)) {
        return fault(error == simdjson::INCORRECT_TYPE ? "it is no JSON object"
                                                       : "it is no JSON: " + std::string(error_message(error)));
    }
    ReadEvent event;
    if (const auto frame = take_frame(members, event); !frame) return frame.error();
    const Take* known = takers().find(event.name);
    const auto taken = (known != nullptr ? *known : take_words)(members, event);
    if (!taken) return taken.error();
    return event;
}

}  // namespace mugaika
