// A checker's life: enter the sandbox, one file in, one word out, then it ends.
#pragma once

#include "policy/limits.hpp"

namespace mugaika::checker {

// Exit codes as serve_file() of the codec.
int serve_check(int job_socket, const WorkerLimits&);

}  // namespace mugaika::checker
