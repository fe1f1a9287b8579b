// The monthly report as one page of HTML, Japanese and English beside each other: charts as SVG in it, nothing fetched,
// no script, light and dark, printable on A4. The same log gives the same page. Every text from the log is escaped here
// (AC-255).
#pragma once

#include <ostream>

#include "relay/stats/monthly_report.hpp"

namespace mugaika {

void print_html_report(std::ostream&, const ReportFacts&);

}  // namespace mugaika
