#include "relay/log/event_members.hpp"

namespace mugaika::event_members {

namespace json = boost::json;

void put(json::object& event, std::string_view key, std::string_view untrusted_value) {
    event[key].emplace_string() = shown_text(untrusted_value);
}

void put_recipients(json::object& event, const std::vector<MailAddress>& recipients) {
    json::array& to = event["to"].emplace_array();
    for (const MailAddress& recipient : recipients) to.emplace_back(shown_text(recipient.text()));
}

void put_account(json::object& event, const Actor& actor) {
    event["uid"] = actor.uid;
    if (!actor.sudo_user.empty()) put(event, "sudo_user", actor.sudo_user);
}

}  // namespace mugaika::event_members
