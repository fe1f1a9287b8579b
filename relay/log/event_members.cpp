#include "relay/log/event_members.hpp"

#include "relay/log/flat_fields.hpp"

namespace mugaika {
namespace {

template <class Event>
EventDescription description_of() {
    EventDescription description{Event::name, {}};
    for (const auto& field : flat_fields<Event>) {
        description.members.push_back({field.key, field.kind, field.always});
    }
    return description;
}

}  // namespace

void put_members(const AnyEvent& any, EventOut& out) {
    std::visit(
        [&out]<class Event>(const Event& event) {
            for (const auto& field : flat_fields<Event>) field.put(event, out, field);
        },
        any);
}

const EventName& name_of(const AnyEvent& any) noexcept {
    return std::visit([]<class Event>(const Event&) -> const EventName& { return Event::name; }, any);
}

std::string_view to_string(ValueKind kind) noexcept {
    switch (kind) {
        case ValueKind::text:
            return "text";
        case ValueKind::number:
            return "number";
        case ValueKind::truth:
            return "true or false";
        case ValueKind::texts:
            return "list of texts";
        case ValueKind::time:
            return "time";
        case ValueKind::parts:
            return "object or list";
    }
    return "text";
}

const std::vector<EventDescription>& all_events() {
    static const std::vector<EventDescription> events = []<class... Events>(const std::variant<Events...>*) {
        return std::vector<EventDescription>{description_of<Events>()...};
    }(static_cast<AnyEvent*>(nullptr));
    return events;
}

}  // namespace mugaika
