// One event as text for people. What comes from the log goes through shown_text() here (AC-255).
#pragma once

#include <boost/json/fwd.hpp>
#include <string>

namespace mugaika {

std::string event_time_text(const boost::json::object& event);  // local; as it stands there when it is no time

// " key=value" for each member that does not stand in front of the line or below it anyway.
std::string members_text(const boost::json::object& event);

}  // namespace mugaika
