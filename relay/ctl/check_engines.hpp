// What `mugaika check` warns of about converters: files that are held because nobody here converts them.
#pragma once

#include <string>
#include <vector>

#include "relay/config/config.hpp"
#include "relay/ctl/missing_parts.hpp"

namespace mugaika::ctl {

// One line each. Looks at files alone.
std::vector<std::string> engine_warnings(const Config&, const MissingParts&);

}  // namespace mugaika::ctl
