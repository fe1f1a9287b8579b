// What --since, --until and every other option that is a time take, for all commands:
//
//   2026-11-29T05:59:00+09:00  RFC 3339, also with "Z": that moment
//   2026-11-29 05:59:30        local time (also with "T" between): that moment
//   2026-11-29 05:59           local time: the minute
//   2026-11-29                 local time: the day; "today" and "yesterday" likewise
//   2026-11                    local time: the month; "this month" and "last month" likewise
//   this year, last year       local time: the year, from January
//   this fiscal year           local time: the year from April (会計年度); "last fiscal year" likewise
//   -90m  -2h  -3d  -2w        so long ago: that moment
//
// A minute, a day, a month or a year stands for its first moment or, with DayEdge::end, for the first moment after it.
// Local is the time zone of the machine. Years 1970 to 2200.
#pragma once

#include <string_view>

#include "policy/result.hpp"
#include "relay/log/timestamp.hpp"

namespace mugaika {

enum class DayEdge { begin, end };

// Fails with Fault::bad_input; the words quote the text and say what was wrong with it or what was expected.
Result<Moment> moment_from_option(std::string_view untrusted_text, DayEdge, Moment now);

}  // namespace mugaika
