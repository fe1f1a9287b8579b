// Which profile a person asks about: by name, or by whom a mail is from and whom it is for.
#pragma once

#include <string>

#include "policy/result.hpp"
#include "relay/config/config.hpp"
#include "relay/ctl/commands.hpp"

namespace mugaika::ctl {

struct PolicyAnswer {
    Profile profile;                       // what holds
    const Route* route = nullptr;          // of the configuration; null: of none
    bool authenticated_gets_more = false;  // other rules would hold if somebody had spoken for the sender
};

// Fault::bad_input for a profile that is not there, what is no address, and a recipient of no route.
Result<PolicyAnswer> answer_to(const PolicyQuestion&, const Config&);

}  // namespace mugaika::ctl
