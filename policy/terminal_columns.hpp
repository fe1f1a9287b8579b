// How many columns of a terminal a text takes (Unicode TR 11). Wide and fullwidth characters take two, combining marks
// and variation selectors none, all else one: characters of ambiguous width (①, …, Greek) count as one, as terminals in
// UTF-8 draw them. The scripts that Japanese mail has are exact; marks of other scripts count as one.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace mugaika {

std::size_t terminal_columns(std::string_view utf8) noexcept;

// The text with blanks after it until it takes `columns`; what is longer is cut and ends in "…".
std::string fitted(std::string_view utf8, std::size_t columns);

}  // namespace mugaika
