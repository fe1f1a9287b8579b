// The counted rows as text for people, as CSV (RFC 4180) and as JSON.
#pragma once

#include <optional>
#include <ostream>
#include <string_view>
#include <vector>

#include "relay/stats/mail_counter.hpp"

namespace mugaika {

enum class StatsFormat {
    text,
    csv,
    json,
    html,       // the monthly report (html_report.hpp)
    prometheus  // of the books alone (books_metrics.hpp)
};
std::optional<StatsFormat> stats_format_from_name(std::string_view) noexcept;

// The text form ends in a total unless mails count in more than one row, as by kind or recipient. A share is of all
// mails that were chosen, each of them once. Where rows of the top were forgotten, text says so below the table; csv
// and json have `missed_max` with every row of a top.
void print_stats(std::ostream&, StatsFormat, const StatsTable&);

}  // namespace mugaika
