// One mail's life as a list that people read: an event a line, the parts of its ledger below it.
#pragma once

#include <ostream>
#include <string_view>

#include "relay/stats/read_event.hpp"

namespace mugaika {

// Prints the event when it belongs to the mail; says whether it did.
bool print_if_about(std::ostream&, const ReadEvent&, std::string_view id);

}  // namespace mugaika
