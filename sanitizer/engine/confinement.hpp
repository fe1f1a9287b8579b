// What a converter's process takes from itself before it becomes the converter; irrevocable.
#pragma once

#include <string>

#include "policy/result.hpp"
#include "sanitizer/engine/engine_command.hpp"

namespace mugaika {

// no_new_privs, rlimits, Landlock, seccomp, in this order. Fails where the kernel has no seccomp filter or no Landlock:
// a converter is a program of others, and is not started without both.
Result<void> confine(const EngineCommand&, const EngineLimits&, const std::string& job_folder);

}  // namespace mugaika
