// The books as a table for people, as CSV and as JSON, and whether they add up.
#pragma once

#include <ostream>

#include "relay/stats/accounts.hpp"
#include "relay/stats/stats_report.hpp"

namespace mugaika {

void print_accounts(std::ostream&, StatsFormat, const Accounts&);

}  // namespace mugaika
