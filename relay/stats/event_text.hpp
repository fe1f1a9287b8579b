// One event as text for people. What comes from the log goes through shown_text() here (AC-255).
#pragma once

#include <string>

#include "relay/stats/read_event.hpp"

namespace mugaika {

// " key=value" for each member that does not stand in front of the line or below it anyway.
std::string members_text(const ReadEvent&);

}  // namespace mugaika
