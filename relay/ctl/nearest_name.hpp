// For whoever mistyped: what they may have meant.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace mugaika::ctl {

// The name with the fewest letters added, left out, changed or exchanged with their neighbour; "" when none is near
// (more than a third of the letters differ).
std::string nearest_name(std::string_view untrusted_name, const std::vector<std::string>& names);

// "; did you mean \"x\"?", or "".
std::string did_you_mean(std::string_view untrusted_name, const std::vector<std::string>& names);

}  // namespace mugaika::ctl
