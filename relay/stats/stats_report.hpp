// The counted rows as text for people, as CSV (RFC 4180) and as JSON.
#pragma once

#include <optional>
#include <ostream>
#include <string_view>
#include <vector>

#include "relay/stats/mail_counter.hpp"

namespace mugaika {

enum class StatsFormat { text, csv, json };
std::optional<StatsFormat> stats_format_from_name(std::string_view) noexcept;

// `rows` keyed by the values of `by`. The text form ends in a total unless the rows are by kind, where mails count more
// than once.
void print_stats(std::ostream&, StatsFormat, const std::vector<Dimension>& by, const MailCounter::Rows& rows);

}  // namespace mugaika
