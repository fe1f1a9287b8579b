// The life of mugaika-engine: one job in, a converter in the launcher, one answer out.
#pragma once

#include "sanitizer/engine/engine_command.hpp"

namespace mugaika {

// On a stream socket of the relay's. Gives up root for nobody, where it has it. Returns the exit code: 0 when the
// answer was given, 69 when this process cannot be set up, 76 when the relay's words make no sense. A relay that goes
// away ends the converter at once.
int serve_engine(int socket, MakeCommand);

}  // namespace mugaika
