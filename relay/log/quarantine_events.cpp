// The events of the quarantine and the outbox: what people did, and what became of their orders.
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "relay/log/event_members.hpp"
#include "relay/log/events.hpp"
#include "relay/log/timestamp.hpp"

namespace mugaika {

namespace json = boost::json;
using event_members::put;
using event_members::put_account;
using event_members::put_list;
using event_members::put_recipients;

json::object EventLog::begin(std::string_view name, const ReleaseOrder& order, std::string_view person) const {
    json::object event = begin(name);
    put(event, "id", order.item_id);
    put(event, "order", order.order_id);
    put(event, "person", person);
    return event;
}

json::object EventLog::begin(std::string_view name, const ReleaseOrder& order, const Actor& actor) const {
    json::object event = begin(name, order, actor.person);
    put_account(event, actor);
    return event;
}

json::object EventLog::begin(std::string_view name, std::string_view item, const Actor& actor) const {
    json::object event = begin(name);
    put(event, "id", item);
    if (!actor.person.empty()) put(event, "person", actor.person);
    put_account(event, actor);
    return event;
}

void EventLog::quarantine_released(const ReleaseOrder& order, const Actor& actor, std::string_view route) {
    json::object event = begin("quarantine.released", order, actor);
    put(event, "route", route);
    put_list(event, "parts", order.parts);
    put_recipients(event, order.recipients);
    put(event, "why", order.reason);
    event["valid_until"] = rfc3339(order.valid_until);
    write(event);
}

void EventLog::quarantine_delivered(const ReleaseOrder& order, std::string_view message_id, std::string_view next_hop) {
    json::object event = begin("quarantine.delivered", order, order.person);
    put(event, "kind", to_string(order.kind));
    put(event, "message", message_id);
    put(event, "next_hop", next_hop);
    write(event);
}

void EventLog::quarantine_release_failed(const ReleaseOrder& order, const Outcome& outcome, std::string_view why,
                                         bool final) {
    if (final) metrics_.given_up(to_string(order.kind));
    json::object event = begin("quarantine.release_failed", order, order.person);
    put(event, "kind", to_string(order.kind));
    put(event, "stage", to_string(outcome.stage));
    put(event, "failure", to_string(outcome.failure));
    put(event, "why", why);
    event["final"] = final;
    write(event);
}

void EventLog::queue_held(const ReleaseOrder& order, const Actor& actor) { write(begin("queue.held", order, actor)); }

void EventLog::queue_released(const ReleaseOrder& order, const Actor& actor) {
    write(begin("queue.released", order, actor));
}

void EventLog::queue_flushed(const ReleaseOrder& order, const Actor& actor) {
    write(begin("queue.flushed", order, actor));
}

void EventLog::queue_deleted(const ReleaseOrder& order, const Actor& actor, std::string_view why) {
    json::object event = begin("queue.deleted", order, actor);
    put(event, "why", why);
    write(event);
}

void EventLog::quarantine_viewed(std::string_view item, const Actor& actor, std::string_view what) {
    json::object event = begin("quarantine.viewed", item, actor);
    put(event, "what", what);
    write(event);
}

void EventLog::quarantine_exported(std::string_view item, const Actor& actor, std::string_view what,
                                   std::string_view file, std::uint64_t bytes, std::string_view sha256) {
    json::object event = begin("quarantine.exported", item, actor);
    put(event, "what", what);
    put(event, "file", file);
    event["bytes"] = bytes;
    put(event, "sha256", sha256);
    write(event);
}

void EventLog::quarantine_unlocked(const Unlocked& unlocked, const Actor& actor) {
    json::object event = begin("quarantine.unlocked", unlocked.item, actor);
    put(event, "route", unlocked.route);
    put_list(event, "parts", unlocked.parts);
    put(event, "follow_up", unlocked.follow_up);
    put(event, "order", unlocked.order);
    put(event, "why", unlocked.why);
    write(event);
}

void EventLog::quarantine_unlock_failed(std::string_view item, const Actor& actor, std::string_view part,
                                        std::string_view why, std::uint32_t tries_left) {
    json::object event = begin("quarantine.unlock_failed", item, actor);
    put(event, "part", part);
    put(event, "why", why);
    event["tries_left"] = tries_left;
    write(event);
}

void EventLog::quarantine_rerun_ordered(const ReleaseOrder& order, const Actor& actor, std::string_view route) {
    json::object event = begin("quarantine.rerun_ordered", order, actor);
    put(event, "route", route);
    put_recipients(event, order.recipients);
    put(event, "why", order.reason);
    event["valid_until"] = rfc3339(order.valid_until);
    write(event);
}

void EventLog::quarantine_rerun(const ReleaseOrder& order, const Rerun& rerun) {
    if (rerun.result == "given_up") metrics_.given_up(to_string(order.kind));
    json::object event = begin("quarantine.rerun", order, order.person);
    put(event, "result", rerun.result);
    put_list(event, "parts", rerun.brought);
    json::array& stays = event["stays"].emplace_array();
    for (const auto& [part, reason] : rerun.stays) {
        stays.push_back(json::object{{"part", part}, {"reason", to_string(reason)}});
    }
    write(event);
}

void EventLog::quarantine_deleted(std::string_view item, const Actor& actor, std::string_view why) {
    json::object event = begin("quarantine.deleted", item, actor);
    put(event, "why", why);
    write(event);
}

void EventLog::quarantine_expired(std::string_view item, const Actor& actor) {
    write(begin("quarantine.expired", item, actor));
}

void EventLog::quarantine_conflict(const MailTag& tag, std::string_view why) {
    json::object event = begin("quarantine.conflict", tag);
    put(event, "why", why);
    write(event);
}

void EventLog::quarantine_key_made(std::string_view file, std::string_view key_id) {
    json::object event = begin("quarantine.key_made");
    put(event, "file", file);
    put(event, "key", key_id);
    write(event);
}

}  // namespace mugaika
