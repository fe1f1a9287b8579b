// The words of a workbook: sheet by sheet, with its name; a row is a line, with a tab between cells.
#pragma once

#include "sanitizer/codec/words/page.hpp"
#include "sanitizer/codec/words/part_reading.hpp"

namespace mugaika::codec::words {

// Numbers and dates as their formats show them, of formulas what they came to, and themselves where nobody has computed
// them. Hidden sheets are there, and called so.
// Furigana are no words of a cell. Behind the rows of a sheet stand its comments and the words of its drawings.
void add_workbook(const Package&, Page&);

}  // namespace mugaika::codec::words
