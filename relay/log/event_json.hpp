// An event as its line of the log: one JSON object (INTERFACE "Log events"). This is the one encoder: every text from
// outside is made valid UTF-8 and loses its controls on the way (AC-255).
#pragma once

#include <string>
#include <string_view>

#include "relay/log/event_list.hpp"
#include "relay/log/pseudonyms.hpp"

namespace mugaika {

// Ends in a line feed. `host` stands in every event. `pseudonyms`: stand in place of addresses; null: addresses do.
std::string json_line(Moment, std::string_view host, const AnyEvent&, const Pseudonyms* pseudonyms = nullptr);

}  // namespace mugaika
