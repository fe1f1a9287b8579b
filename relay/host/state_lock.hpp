// One relay for one state directory: two would each take the other's unfinished files for left-overs (AC-253). Commands
// beside the relay do not take the lock; what they touch is made for that.
#pragma once

#include <string>

#include "policy/result.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {

// Locks state_dir/lock, which holds the pid of who has it. The lock ends with the descriptor, so also when the process
// dies. Fault::busy names the process that has it.
Result<FileDescriptor> lock_state(const std::string& state_dir);

}  // namespace mugaika
