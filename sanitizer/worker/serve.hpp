// A worker's life: enter the sandbox, then job in, extract out, until the socket closes or a mail was complex.
#pragma once

#include "policy/limits.hpp"
#include "policy/result.hpp"
#include "sanitizer/sandboxed/types/file_type.hpp"

namespace mugaika {

// What reading mails needs, loaded and used once: libraries set themselves up while they may still open files, and the
// workers share the pages. Once per process, before any other thread.
Result<sandboxed::FileTyper> load_tables();

// Returns the exit code of the process: 0 when the relay wants no more, 69 when the sandbox cannot be entered, 76 when
// the relay's words make no sense. What goes wrong inside a mail is thrown and ends the process without an answer.
int serve_jobs(int job_socket, const sandboxed::FileTyper&, const WorkerLimits&);

}  // namespace mugaika
