// An iCalendar of the fewest properties, from what was read (rebuild_calendar.hpp says which).
#pragma once

#include <string>
#include <vector>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/sandboxed/handlers/calendar_reading.hpp"

namespace mugaika::codec {

// "" when no event and no task is left. Adds what was lost.
std::string written_calendar(sandboxed::CalendarReading&, std::vector<Loss>&);

// The same as vCard 3.0; "" when no contact with a name is left.
std::string written_cards(sandboxed::CalendarReading&, std::vector<Loss>&);

}  // namespace mugaika::codec
