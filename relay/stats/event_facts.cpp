#include "relay/stats/event_facts.hpp"

namespace mugaika {
namespace {

template <class Event>
EventFacts facts(const Event& event) {
    EventFacts facts;
    if constexpr (requires { event.mail.id; }) {
        facts.id = event.mail.id;
        facts.session = event.mail.session;
        facts.message_id = event.mail.message_id;
    } else if constexpr (requires { event.order.item; }) {
        facts.id = event.order.item;
    } else if constexpr (requires { event.item; }) {
        facts.id = event.item;
    } else if constexpr (requires { event.session; }) {
        facts.session = event.session;
    }
    if constexpr (requires { event.from; }) facts.from = event.from;
    if constexpr (requires { event.to; }) facts.to = &event.to;
    if constexpr (requires { event.client; }) facts.client = event.client;
    return facts;
}

}  // namespace

EventFacts facts_of(const AnyEvent& any) {
    return std::visit([](const auto& event) { return facts(event); }, any);
}

}  // namespace mugaika
