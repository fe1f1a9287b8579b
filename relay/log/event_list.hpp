// All events there are. What is not in this list is neither written nor read as one of ours.
#pragma once

#include <boost/pfr/tuple_size.hpp>
#include <concepts>
#include <string>
#include <tuple>
#include <variant>

#include "relay/log/events/file_events.hpp"
#include "relay/log/events/mail_events.hpp"
#include "relay/log/events/next_hop_events.hpp"
#include "relay/log/events/quarantine_events.hpp"
#include "relay/log/events/queue_events.hpp"
#include "relay/log/events/relay_events.hpp"
#include "relay/log/events/session_events.hpp"

namespace mugaika {

using AnyEvent = std::variant<
    event::RelayStarted, event::RelayStopped, event::RelayFault, event::ConfigLoaded, event::ConfigRejected,
    event::LogGap, event::LogResumed, event::LogCheckpoint, event::LogKeyChanged, event::ReserveLow,
    event::ReserveRecovered, event::SessionOpened, event::SessionSecured, event::SessionTlsFailed,
    event::SessionClientNamed, event::SessionRefused, event::SessionIdle, event::SessionClosed, event::RecipientRefused,
    event::MessageReceived, event::MessageSanitized, event::MessageQuarantined, event::MessageDelivered,
    event::MessageDeferred, event::MessageRefused, event::MessageOwed, event::NextHopDown, event::NextHopUp,
    event::NextHopNotAdmitted, event::NextHopSecured, event::NextHopTlsFailed, event::WorkerDied, event::WorkerLimited,
    event::GateRefused, event::FileFailed, event::CheckRefused, event::FileConverted, event::ConverterDown,
    event::ConverterUp, event::ScannerFound, event::ScannerFailed, event::ScannerDown, event::ScannerUp,
    event::QuarantineReleased, event::QuarantineDelivered, event::QuarantineReleaseFailed, event::QuarantineViewed,
    event::QuarantineExported, event::QuarantineUnlocked, event::QuarantineUnlockFailed, event::QuarantineRerunOrdered,
    event::QuarantineRerun, event::QuarantineDeleted, event::QuarantineExpired, event::QuarantineConflict,
    event::QuarantineKeyMade, event::QueueHeld, event::QueueReleased, event::QueueFlushed, event::QueueDeleted>;

// Each member stands in the description, so that none is forgotten in the log.
template <class Value, class Fields>
inline constexpr bool names_each_member =
    boost::pfr::tuple_size_v<Value> == std::tuple_size_v<std::remove_cvref_t<Fields>>;

template <class Event>
concept IsEvent = requires {
    { Event::name.name } -> std::convertible_to<std::string_view>;
    std::get<Event>(std::declval<AnyEvent&>());
}
&&names_each_member<Event, decltype(Event::fields)>;

static_assert([]<class... Events>(const std::variant<Events...>*) {
    return (IsEvent<Events> && ...);
}(static_cast<AnyEvent*>(nullptr)));
static_assert(names_each_member<MailTag, decltype(GroupOf<MailTag>::fields)>);
static_assert(names_each_member<TlsFacts, decltype(GroupOf<TlsFacts>::fields)>);
static_assert(names_each_member<smtp::Reply, decltype(GroupOf<smtp::Reply>::fields)>);
static_assert(names_each_member<Actor, decltype(GroupOf<Actor>::fields)>);

}  // namespace mugaika
