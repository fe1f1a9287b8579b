// A number of a cell as its format shows it (ECMA-376 part 1, 18.8.30), as far as readers would miss it: dates, times,
// percentages, separators of thousands, figures behind the point, words around. Everything else is shown as it stands.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mugaika::codec::words {

enum class Epoch : std::uint8_t { of_1900, of_1904 };

// `value` as the file has it; what is no number comes back as it is. `format` is the code, "" for General.
std::string shown_number(std::string_view value, std::string_view format, Epoch);

// Of the numbers that have no code in the file; "" for those that are General or none.
std::string_view built_in_format(std::uint32_t id) noexcept;

}  // namespace mugaika::codec::words
