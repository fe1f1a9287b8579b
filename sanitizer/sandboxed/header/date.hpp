// RFC 5322 3.3 dates, obsolete zones and two-digit years included (4.3), and what programs write in their place: ISO
// 8601, asctime, "+09:00", "GMT+9", "11月", a time of twelve hours. AC-115.
#pragma once

#include <optional>
#include <string_view>

#include "sanitizer/mail/extract.hpp"

namespace mugaika::sandboxed {

// Nothing unless day, month and time are there, each once, and possible, and the year lies in 1971 … 2099: what a
// broken clock writes is no date. No zone is the unknown one, -0000 (RFC 5322 4.3). The name of the weekday is not
// believed and not compared; comments are skipped. Where day and month are both numbers, the year must stand first.
std::optional<DateFact> read_date(std::string_view untrusted_value);

}  // namespace mugaika::sandboxed
