// The template process: has loaded its tables, then forks a worker for every request on its control socket and reports
// how workers ended (sanitizer/worker/control.hpp). Reads nothing of any mail.
#pragma once

#include <functional>

#include "policy/limits.hpp"
#include "policy/result.hpp"

namespace mugaika {

// What a forked worker does; its result is the worker's exit code. It runs with the job socket and /dev/null as the
// only open descriptors and dies when the template does. An exception ends it with exit code 70.
using WorkerBody = std::function<int(int job_socket, const WorkerLimits&)>;

// Runs until the control socket closes. Gives up its own rights first: no new privileges, not dumpable, no descriptors
// but the control socket and 0, 1, 2. Returns the exit code for main; a template is over then, workers included.
int run_template(int control_socket, const WorkerBody&);

}  // namespace mugaika
