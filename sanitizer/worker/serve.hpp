// A worker's life: enter the sandbox, then job in, extract out, until the socket closes or a mail was complex.
#pragma once

#include "policy/limits.hpp"
#include "sanitizer/sandboxed/file_type.hpp"

namespace mugaika {

int serve_jobs(int job_socket, const sandboxed::FileTyper&, const WorkerLimits&);

}  // namespace mugaika
