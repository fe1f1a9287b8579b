// A bar for each day, its verdicts on top of one another, as SVG.
#pragma once

#include <ostream>

#include "relay/stats/mail_rows.hpp"

namespace mugaika {

// `rows` by day and verdict. The colours are classes of the page: "clean", "sanitized", "quarantined", "refused",
// "other". Nothing for no rows.
void print_day_chart(std::ostream&, const MailRows::Rows& rows);

}  // namespace mugaika
