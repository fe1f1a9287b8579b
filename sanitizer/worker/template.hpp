// The template process: loads tables once, then forks a worker for every request on its control socket and reports how
// workers ended. Reads nothing of any mail.
#pragma once

#include "policy/limits.hpp"

namespace mugaika {

// Runs until the control socket closes. Returns the exit code for main.
int run_template(int control_socket, const WorkerLimits&);

}  // namespace mugaika
