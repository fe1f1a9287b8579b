// Files that hold keys.
#pragma once

#include <string>

#include "policy/result.hpp"

namespace mugaika {

// Whoever reads a key file reads the mails, whoever writes it can make them unreadable: others may do neither, and its
// group may read at most. Fault::configuration with the mode and what was expected, also for what is no file; the fault
// of the system call (not_found, io) when it cannot be asked.
Result<void> check_private_file(const std::string& path);

}  // namespace mugaika
