// LibreOffice as a converter (Debian's nogui packages): its command, and the settings it starts with.
#pragma once

#include <optional>
#include <string>

#include "policy/result.hpp"
#include "sanitizer/engine/engine_command.hpp"

namespace mugaika {

// Fails with Fault::unavailable when it is not installed; the words say which package is missing.
Result<EngineCommand> office_command(const EngineJob&, const std::string& job_folder);

// Is there what it takes for this format? Nothing, or what to install. Looks at files alone.
std::optional<std::string> missing_for(OfficeFormat);

}  // namespace mugaika
