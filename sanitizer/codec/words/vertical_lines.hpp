// Japanese text that runs from top to bottom: pdftotext gives each character of it as a line.
#pragma once

#include <string>
#include <string_view>

namespace mugaika::codec::words {

// Eight lines and more, each of one or two characters and most of a single Japanese one, become one line. What is
// shorter stays: marks in the cells of a table look like that too. Linear.
std::string with_vertical_lines_joined(std::string_view utf8);

}  // namespace mugaika::codec::words
