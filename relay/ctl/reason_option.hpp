// --reason where it names one of policy/reason.hpp.
#pragma once

#include <ostream>
#include <string>

#include "policy/result.hpp"

namespace mugaika::ctl {

// "" is any. An unknown one is answered with all of them on `err`, so that nobody has to know them by heart.
Result<void> check_reason_name(const std::string& untrusted_name, std::ostream& err);

}  // namespace mugaika::ctl
