// The figures of the service as text for people, as CSV (RFC 4180) and as JSON.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "relay/stats/service_figures.hpp"
#include "relay/stats/stats_report.hpp"

namespace mugaika {

void print_figures(std::ostream&, StatsFormat, const std::vector<Figure>&);

// "12 ms", "1.5 s", "40 min", "5.2 h", "12 d": at most 3 % off, as the histogram is.
std::string duration_words(TimeHistogram::Time);

}  // namespace mugaika
