// Starts a converter as if it were taken over already: it may read what its command names, write its own folders, and
// compute. It has no network, no other process, no device; no namespaces are needed for that, so it can be done inside
// a hardened unit (STACK-FILES.md 5).
#pragma once

#include <sys/types.h>

#include <string>

#include "policy/result.hpp"
#include "sanitizer/engine/engine_command.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {

struct Launched {
    pid_t pid;
    FileDescriptor exit;  // a pidfd: readable when it has ended
    FileDescriptor word;  // of the child before it becomes the converter

    // Once it has ended: did anything of the converter run? No exit code says so: a converter may end with any.
    bool was_started() const noexcept;
};

// In a session of its own, with the lowest standing, as the first to be killed when memory is short. What the child
// cannot set up ends it before anything of the converter runs. Fails with Fault::unavailable when there is no process
// to be had.
Result<Launched> launch(const EngineCommand&, const EngineLimits&, const std::string& job_folder);

}  // namespace mugaika
