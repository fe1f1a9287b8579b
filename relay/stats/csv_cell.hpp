// One cell of a CSV (RFC 4180 2): quotes around what holds a comma, a quote or a line end. A leading =, +, - or @ would
// be a formula to a spreadsheet, and senders choose some of the texts, so that such a cell starts with an apostrophe
// (AC-255).
#pragma once

#include <string>
#include <string_view>

namespace mugaika {

std::string csv_cell(std::string_view untrusted_text);

}  // namespace mugaika
