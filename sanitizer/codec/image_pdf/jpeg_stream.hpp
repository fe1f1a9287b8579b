// JPEGs that were written one behind the other.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace mugaika::codec {

// From each start of image to its end (ITU-T T.81 B.1.1), over segments by their lengths and scans by their markers;
// linear. Nothing where something else stands between them, one is not whole, there is none, or more than `max`.
std::optional<std::vector<std::string_view>> split_jpegs(std::string_view untrusted, std::size_t max);

}  // namespace mugaika::codec
