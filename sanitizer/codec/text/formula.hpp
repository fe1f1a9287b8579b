// What in the cell of a table a spreadsheet would run. AC-207, AC-187
#pragma once

#include <string_view>

namespace mugaika::codec {

// Inside the quotes of the cell, or behind them; where they close, inside becomes behind.
enum class Quoting { behind, inside };

// Would a program that opens the table take this cell for a formula? `untrusted_value` begins behind the quotes that
// open the cell. Blanks and quotes in front do not count, full-width and small forms of a sign count as the sign:
// "=…" and "@…" always; "+…" and "-…" unless what follows is a number, a telephone number, a date, an amount with its
// unit, or nothing but signs. What stands behind a separator, which another program takes for the end of the cell,
// makes it one only where it goes on like a formula. Linear.
bool runs_when_opened(std::string_view untrusted_value, Quoting);

// "sep=;": what Excel obeys in the first line of a table, and does not show.
bool chooses_separator(std::string_view untrusted_first_cell);

}  // namespace mugaika::codec
