// What any event may say of the mail that it is about. Views into the event.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "relay/log/event_list.hpp"

namespace mugaika {

struct EventFacts {
    std::string_view id;  // "": of no mail, or of one that had none yet
    std::string_view session;
    std::string_view message_id;
    std::optional<std::string_view> from;
    const std::vector<std::string>* to = nullptr;  // not known
    std::string_view client;
};

EventFacts facts_of(const AnyEvent&);

}  // namespace mugaika
