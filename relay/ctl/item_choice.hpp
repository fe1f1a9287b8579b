// Kept mails as an administrator chooses them: by ids, by filters, or by both.
#pragma once

#include <string>
#include <vector>

#include "policy/result.hpp"
#include "relay/ctl/commands.hpp"
#include "relay/quarantine/store.hpp"

namespace mugaika::ctl {

// Without ids all that the filters leave, newest first; ids that the filters leave out are left out. Fault::bad_input
// for what is no id, no time and no reason.
Result<std::vector<std::string>> chosen_ids(const ItemChoice&, const QuarantineStore&, Terminal&);

}  // namespace mugaika::ctl
