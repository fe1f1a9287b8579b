// The members of an event in one row, those of its groups among them, each with what writes and what reads it. Made by
// the compiler from the event's description.
#pragma once

#include <array>
#include <optional>
#include <tuple>
#include <type_traits>
#include <utility>

#include "relay/log/event_list.hpp"
#include "relay/log/event_members.hpp"
#include "relay/log/event_out.hpp"
#include "relay/log/event_value.hpp"

namespace mugaika {

template <class Event>
struct FlatField {
    Key key;
    ValueKind kind = ValueKind::text;
    bool always = false;  // or only when it holds something
    void (*put)(const Event&, EventOut&, const FlatField&) = nullptr;
    bool (*take)(Event&, const EventValue&) = nullptr;  // false: a value of another kind
};

namespace flat {

// What a member's type is in the log, how it is written and how it is read.

inline constexpr ValueKind kind_of(const std::string*) { return ValueKind::text; }
inline bool is_nothing(const std::string& value) { return value.empty(); }
inline void put(EventOut& out, const Key& key, const std::string& value) { out.text(key, value); }
inline bool take(std::string& value, const EventValue& from) {
    const auto text = from.text();
    if (text) value = *text;
    return text.has_value();
}

template <class Number>
requires std::is_integral_v<Number>
constexpr ValueKind kind_of(const Number*) {
    return std::is_same_v<Number, bool> ? ValueKind::truth : ValueKind::number;
}
template <class Number>
requires std::is_integral_v<Number>
bool is_nothing(const Number&) { return false; }
inline void put(EventOut& out, const Key& key, bool value) { out.truth(key, value); }
template <class Number>
requires(std::is_integral_v<Number> && !std::is_same_v<Number, bool>) void put(EventOut& out, const Key& key,
                                                                               Number value) {
    out.number(key, static_cast<std::uint64_t>(value));
}
inline bool take(bool& value, const EventValue& from) {
    const auto truth = from.truth();
    value = truth.value_or(false);
    return truth.has_value();
}
template <class Number>
requires(std::is_integral_v<Number> && !std::is_same_v<Number, bool>) bool take(Number& value, const EventValue& from) {
    const auto number = from.number();
    if (!number || !std::in_range<Number>(*number)) return false;
    value = static_cast<Number>(*number);
    return true;
}

template <class Enum>
constexpr ValueKind kind_of(const Word<Enum>*) {
    return ValueKind::text;
}
template <class Enum>
bool is_nothing(const Word<Enum>& value) {
    return value.text().empty();
}
template <class Enum>
void put(EventOut& out, const Key& key, const Word<Enum>& value) {
    out.text(key, value.text());
}
template <class Enum>
bool take(Word<Enum>& value, const EventValue& from) {
    const auto text = from.text();
    if (text) value = Word<Enum>::read(*text);
    return text.has_value();
}

inline constexpr ValueKind kind_of(const std::optional<std::string>*) { return ValueKind::text; }
inline bool is_nothing(const std::optional<std::string>& value) { return !value; }
inline void put(EventOut& out, const Key& key, const std::optional<std::string>& value) {
    out.text(key, value.value_or(""));
}
inline bool take(std::optional<std::string>& value, const EventValue& from) { return take(value.emplace(), from); }

inline constexpr ValueKind kind_of(const std::vector<std::string>*) { return ValueKind::texts; }
inline bool is_nothing(const std::vector<std::string>& value) { return value.empty(); }
inline void put(EventOut& out, const Key& key, const std::vector<std::string>& value) { out.texts(key, value); }
inline bool take(std::vector<std::string>& value, const EventValue& from) {
    auto texts = from.texts();
    if (texts) value = std::move(*texts);
    return texts.has_value();
}

inline constexpr ValueKind kind_of(const std::vector<StayingPart>*) { return ValueKind::parts; }
inline bool is_nothing(const std::vector<StayingPart>& value) { return value.empty(); }
inline void put(EventOut& out, const Key& key, const std::vector<StayingPart>& value) { out.stays(key, value); }
inline bool take(std::vector<StayingPart>& value, const EventValue& from) {
    auto parts = from.stays();
    if (parts) value = std::move(*parts);
    return parts.has_value();
}

inline constexpr ValueKind kind_of(const Moment*) { return ValueKind::time; }
inline bool is_nothing(const Moment&) { return false; }
inline void put(EventOut& out, const Key& key, const Moment& value) { out.text(key, rfc3339(value)); }
inline bool take(Moment& value, const EventValue& from) {
    const auto text = from.text();
    const auto moment = text ? moment_from_rfc3339(*text) : std::nullopt;
    if (moment) value = *moment;
    return moment.has_value();
}

template <class Owner, class Value>
Value value_type_of(Value Owner::*);
template <auto Member>
using ValueOf = decltype(value_type_of(Member));

template <class Value>
struct Unwrapped {
    using Type = Value;
};
template <class Value>
struct Unwrapped<std::optional<Value>> {
    using Type = Value;
};

template <class Owner>
struct Flat {
    static constexpr auto make();
};
template <class Owner>
inline constexpr auto fields = Flat<Owner>::make();

template <class Event, auto Member>
void put_field(const Event& event, EventOut& out, const FlatField<Event>& field) {
    if (field.always || !is_nothing(event.*Member)) put(out, field.key, event.*Member);
}
template <class Event, auto Member>
bool take_field(Event& event, const EventValue& from) {
    return take(event.*Member, from);
}

template <class Owner, auto Member>
constexpr auto flattened(const Field<Member>& field) {
    const ValueKind kind = kind_of(static_cast<const ValueOf<Member>*>(nullptr));
    return std::array{
        FlatField<Owner>{field.key, kind, field.always, put_field<Owner, Member>, take_field<Owner, Member>}};
}

template <class Owner, auto Member, std::size_t Index>
constexpr FlatField<Owner> lifted() {
    using Value = ValueOf<Member>;
    using Inner = typename Unwrapped<Value>::Type;
    constexpr bool may_be_missing = !std::is_same_v<Value, Inner>;
    const FlatField<Inner>& inner = fields<Inner>[Index];
    const auto put_inner = [](const Owner& owner, EventOut& out, const FlatField<Owner>&) {
        if constexpr (may_be_missing) {
            if (owner.*Member) fields<Inner>[Index].put(*(owner.*Member), out, fields<Inner>[Index]);
        } else {
            fields<Inner>[Index].put(owner.*Member, out, fields<Inner>[Index]);
        }
    };
    const auto take_inner = [](Owner& owner, const EventValue& from) {
        if constexpr (may_be_missing) {
            if (!(owner.*Member)) (owner.*Member).emplace();
            return fields<Inner>[Index].take(*(owner.*Member), from);
        } else {
            return fields<Inner>[Index].take(owner.*Member, from);
        }
    };
    return {inner.key, inner.kind, inner.always && !may_be_missing, put_inner, take_inner};
}

template <class Owner, auto Member>
constexpr auto flattened(const Group<Member>&) {
    using Inner = typename Unwrapped<ValueOf<Member>>::Type;
    return []<std::size_t... Index>(std::index_sequence<Index...>) {
        return std::array<FlatField<Owner>, sizeof...(Index)>{lifted<Owner, Member, Index>()...};
    }
    (std::make_index_sequence<fields<Inner>.size()>());
}

template <class Type, std::size_t... Sizes>
constexpr auto joined(const std::array<Type, Sizes>&... arrays) {
    std::array<Type, (Sizes + ... + 0)> all{};
    std::size_t at = 0;
    const auto append = [&all, &at](const auto& some) {
        for (const Type& one : some) all[at++] = one;
    };
    (append(arrays), ...);
    return all;
}

template <class Owner>
constexpr const auto& description() {
    if constexpr (requires { Owner::fields; }) {
        return Owner::fields;
    } else {
        return GroupOf<Owner>::fields;
    }
}

template <class Owner>
constexpr auto Flat<Owner>::make() {
    return std::apply([](const auto&... some) { return joined(flattened<Owner>(some)...); }, description<Owner>());
}

// The times of the stages have no members of their own; what a mail did not come to is not there.
template <>
struct Flat<StageTimes> {
    template <std::size_t Index>
    static constexpr FlatField<StageTimes> stage(const Key& key) {
        const auto put_time = [](const StageTimes& times, EventOut& out, const FlatField<StageTimes>& field) {
            const auto time = times.of(StageTimes::measured[Index]);
            if (time) out.number(field.key, static_cast<std::uint64_t>(time->count()));
        };
        const auto take_time = [](StageTimes& times, const EventValue& from) {
            const auto number = from.number();
            if (!number || !std::in_range<std::int64_t>(*number)) return false;
            times.add(StageTimes::measured[Index], StageTimes::Time(static_cast<std::int64_t>(*number)));
            return true;
        };
        return {key, ValueKind::number, false, put_time, take_time};
    }
    static constexpr auto make() {
        const auto put_total = [](const StageTimes& times, EventOut& out, const FlatField<StageTimes>& field) {
            if (times.total()) out.number(field.key, static_cast<std::uint64_t>(times.total()->count()));
        };
        const auto take_total = [](StageTimes& times, const EventValue& from) {
            const auto number = from.number();
            if (!number || !std::in_range<std::int64_t>(*number)) return false;
            times.set_total(StageTimes::Time(static_cast<std::int64_t>(*number)));
            return true;
        };
        return std::array{stage<0>(key::recipient_us),
                          stage<1>(key::data_us),
                          stage<2>(key::worker_us),
                          stage<3>(key::quarantine_us),
                          stage<4>(key::compose_us),
                          stage<5>(key::deliver_us),
                          FlatField<StageTimes>{key::total_us, ValueKind::number, false, put_total, take_total}};
    }
    static_assert(StageTimes::measured == std::array{Stage::recipient, Stage::data, Stage::worker, Stage::quarantine,
                                                     Stage::compose, Stage::deliver});
};

// Written and read as a whole (relay/log/ledger_json.hpp); the first of its keys brings all.
template <>
struct Flat<Ledger> {
    static constexpr auto make() {
        const auto put_all = [](const Ledger& ledger, EventOut& out, const FlatField<Ledger>&) { out.ledger(ledger); };
        const auto put_nothing = [](const Ledger&, EventOut&, const FlatField<Ledger>&) {};
        const auto with_the_rest = [](Ledger&, const EventValue&) { return true; };
        const auto key = [&](const Key& name, ValueKind kind) {
            return FlatField<Ledger>{name, kind, true, put_nothing, with_the_rest};
        };
        auto fields = std::array{key(key::verdict, ValueKind::text),   key(key::reason, ValueKind::text),
                                 key(key::in, ValueKind::parts),       key(key::out, ValueKind::parts),
                                 key(key::findings, ValueKind::texts), key(key::ledger_parts, ValueKind::parts)};
        fields.front().put = put_all;
        return fields;
    }
};

}  // namespace flat

template <class Event>
inline constexpr auto& flat_fields = flat::fields<Event>;

}  // namespace mugaika
