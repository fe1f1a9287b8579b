// Filters for rows of whole bytes that come from another format (ISO 15948 9.2).
#pragma once

#include <string>
#include <string_view>

namespace mugaika::codec {

// Appends the filter byte and the row under the filter whose result is nearest to zero, of Sub, Up and Paeth. `above`
// is the row before, unfiltered, or zeros.
void append_filtered_row(std::string& rows, std::string_view row, std::string_view above, unsigned pixel_bytes);

}  // namespace mugaika::codec
