// How an event says what it consists of, once: a tuple of its members with their keys. Everything else (writer, reader,
// documentation, exports) comes from it. A member that the tuple does not name does not compile (event_list.hpp), nor
// does an event that is written without one of its members (-Wmissing-field-initializers).
#pragma once

#include <string_view>
#include <tuple>

#include "policy/tls_facts.hpp"
#include "relay/log/actor.hpp"
#include "relay/log/event_key.hpp"
#include "relay/log/mail_tag.hpp"
#include "relay/log/severity.hpp"
#include "relay/smtp/reply.hpp"

namespace mugaika {

// The event's name, which never changes once released, and what happened.
struct EventName {
    std::string_view name;
    std::string_view english;
    std::string_view japanese;
    Severity severity = Severity::info;
};

template <auto Member>
struct Field {
    Key key;
    bool always;  // or only when it holds something
};
template <auto Member>
constexpr Field<Member> field(const Key& key) {
    return {key, true};
}
template <auto Member>
constexpr Field<Member> if_known(const Key& key) {
    return {key, false};
}

// A member that several events have, with members of its own (GroupOf below): they stand among those of the event.
template <auto Member>
struct Group {};
template <auto Member>
inline constexpr Group<Member> group{};

// What a group consists of.
template <class Value>
struct GroupOf;

template <>
struct GroupOf<MailTag> {
    static constexpr auto fields =
        std::tuple{if_known<&MailTag::id>(key::id), if_known<&MailTag::session>(key::session),
                   if_known<&MailTag::route>(key::route), if_known<&MailTag::message_id>(key::message_id),
                   if_known<&MailTag::order_kind>(key::kind)};
};

template <>
struct GroupOf<TlsFacts> {
    static constexpr auto fields =
        std::tuple{field<&TlsFacts::version>(key::tls_version), field<&TlsFacts::cipher>(key::tls_cipher)};
};

template <>
struct GroupOf<smtp::Reply> {
    static constexpr auto fields =
        std::tuple{field<&smtp::Reply::code>(key::code), field<&smtp::Reply::enhanced>(key::enhanced),
                   field<&smtp::Reply::words>(key::answer)};
};

template <>
struct GroupOf<Actor> {
    static constexpr auto fields = std::tuple{if_known<&Actor::person>(key::person), field<&Actor::uid>(key::uid),
                                              if_known<&Actor::sudo_user>(key::sudo_user)};
};

}  // namespace mugaika
