// What a configuration asks for of converters, and this machine has not (README "What to install for which kind").
#pragma once

#include <string>
#include <vector>

#include "relay/config/config.hpp"

namespace mugaika::ctl {

// One line each, of files that are held for it. Looks at files alone.
std::vector<std::string> all_engine_warnings(const Config&);

}  // namespace mugaika::ctl
