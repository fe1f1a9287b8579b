// One mail's life as a list that people read: an event a line, the parts of its ledger below it.
#pragma once

#include <boost/json/fwd.hpp>
#include <ostream>
#include <string_view>

namespace mugaika {

// Prints the event when it belongs to the mail; says whether it did.
bool print_if_about(std::ostream&, const boost::json::object& event, std::string_view id);

}  // namespace mugaika
