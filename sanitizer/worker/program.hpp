// What the main functions of the three sandboxed programs have in common. Each is started by the relay or by
// `mugaika sanitize` with the control socket as descriptor 3, never by hand; none reads configuration or environment.
#pragma once

#include <string_view>

#include "sanitizer/worker/template.hpp"

namespace mugaika {

struct Program {
    std::string_view name;     // "mugaika-worker"
    std::string_view purpose;  // "reads hostile mail in a sandbox", for --help
};

// `load` makes the body of the forked processes, once, before the template says that it is ready; its Error ends the
// program. Does not return.
[[noreturn]] void run_program(const Program&, int argc, char** argv, Result<WorkerBody> (*load)());

}  // namespace mugaika
