// The members of any event, one by one.
#pragma once

#include <string_view>
#include <vector>

#include "relay/log/event_list.hpp"
#include "relay/log/event_out.hpp"

namespace mugaika {

// In the order of the event's description, without time, name and host.
void put_members(const AnyEvent&, EventOut&);

const EventName& name_of(const AnyEvent&) noexcept;

// The description itself, for documentation and for columns of tables.
enum class ValueKind : std::uint8_t { text, number, truth, texts, time, parts };
std::string_view to_string(ValueKind) noexcept;

struct EventDescription {
    struct Member {
        Key key;
        ValueKind kind;
        bool always;  // or only when it holds something
    };
    EventName name;
    std::vector<Member> members;
};
const std::vector<EventDescription>& all_events();  // in the order of AnyEvent

}  // namespace mugaika
