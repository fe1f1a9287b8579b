// The command of a job that names a program (CommandOrder), as the launcher starts it.
#pragma once

#include <string>

#include "policy/result.hpp"
#include "sanitizer/engine/engine_command.hpp"

namespace mugaika {

// It may open its own file, /usr, and what the order names; of the machine's settings those of the loader and the
// clock. Fails with Fault::unavailable when the program is not there or is none.
Result<EngineCommand> ordered_command(const EngineJob&, const std::string& job_folder);

}  // namespace mugaika
