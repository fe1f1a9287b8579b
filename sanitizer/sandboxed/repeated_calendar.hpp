// The same invitation twice in one mail, as calendars send it: once as a form of the text and once as a file.
#pragma once

#include <string_view>

namespace mugaika::sandboxed {

// Does `later` say nothing that `earlier` does not say? Both as made by the calendar handler. Linear.
bool repeats_calendar(std::string_view earlier, std::string_view later);

}  // namespace mugaika::sandboxed
