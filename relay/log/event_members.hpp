// What the events of the log have in common, member by member.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "policy/mail_address.hpp"
#include "policy/shown_text.hpp"
#include "relay/log/actor.hpp"

namespace mugaika::event_members {

// The one encoder: every text of every event goes through put().
void put(boost::json::object& event, std::string_view key, std::string_view untrusted_value);

template <class Strings>
void put_list(boost::json::object& event, std::string_view key, const Strings& untrusted_values) {
    boost::json::array& list = event[key].emplace_array();
    for (const std::string& value : untrusted_values) list.emplace_back(shown_text(value));
}

void put_recipients(boost::json::object& event, const std::vector<MailAddress>& recipients);
void put_account(boost::json::object& event, const Actor&);  // uid, and sudo_user where there is one

}  // namespace mugaika::event_members
