// Closing the process: two functions, one implementation per kernel facility. After enter_sandbox() the process can
// read its mapping, its socket and memory, and nothing else: no open, connect, exec, fork, no clock it can abuse.
#pragma once

#include <string>

#include "policy/limits.hpp"
#include "policy/result.hpp"

namespace mugaika {

// What this kernel offers ("seccomp, landlock abi 4, no_new_privs, rlimits"). Error when seccomp is missing: the worker
// then does not run. Builds with a sanitizer say here that they bound no memory and allow the calls it needs.
Result<std::string> probe_sandbox();

// no_new_privs, rlimits, Landlock without any rule (where the kernel has it), seccomp allow-list; kills on violation.
// Of descriptors only `job_socket` can be read and written afterwards; those that arrive through it can be measured,
// mapped and closed. There is no way back.
Result<void> enter_sandbox(int job_socket, const WorkerLimits&);

}  // namespace mugaika
