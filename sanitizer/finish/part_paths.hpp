// A set of parts of one mail, by their paths.
#pragma once

#include <functional>
#include <set>
#include <string>

namespace mugaika {

using PartPaths = std::set<std::string, std::less<>>;

}  // namespace mugaika
