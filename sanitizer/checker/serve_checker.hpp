// A checker's life: enter the sandbox, one file in, one word out, then it ends.
#pragma once

#include "policy/limits.hpp"

namespace mugaika::checker {

// What digests set up at first use, while files may still be opened. Once per process, before it is forked.
void load_checker_tables();

// Exit codes as serve_file() of the codec.
int serve_check(int job_socket, const WorkerLimits&);

}  // namespace mugaika::checker
