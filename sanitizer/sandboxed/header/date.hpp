// RFC 5322 3.3 dates, obsolete zones and two-digit years included (4.3). AC-115.
#pragma once

#include <optional>
#include <string_view>

#include "sanitizer/mail/extract.hpp"

namespace mugaika::sandboxed {

// Nothing unless day, month, time and zone are there and possible and the year lies in 1971 … 2099: what a broken
// clock writes is no date. The name of the weekday is not believed and not compared; comments are skipped.
std::optional<DateFact> read_date(std::string_view untrusted_value);

}  // namespace mugaika::sandboxed
