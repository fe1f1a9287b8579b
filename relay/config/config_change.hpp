// What a reload may change. Most of a configuration takes effect with the next session and the next mail; the rest
// holds for the life of the process.
#pragma once

#include <string>
#include <vector>

#include "relay/config/config.hpp"

namespace mugaika {

// One line for each key that differs and cannot be changed in a running relay: the key, both values, and that a restart
// is needed. Empty: `wanted` can be taken up now.
std::vector<std::string> restart_needed(const Config& running, const Config& wanted);

}  // namespace mugaika
