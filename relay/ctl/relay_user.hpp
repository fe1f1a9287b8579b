// Whose files the administrator's commands make.
#pragma once

#include <string>

#include "policy/result.hpp"

namespace mugaika::ctl {

// Root becomes the relay's user, the owner of `state_dir`, for the rest of the process: what a command writes there is
// then the relay's to read (an order that it cannot read it moves aside), and a relay that was taken over can prepare
// no names through which root writes elsewhere. Does nothing for another user, in a root's folder, or without the
// folder.
Result<void> become_relay_user(const std::string& state_dir);

}  // namespace mugaika::ctl
