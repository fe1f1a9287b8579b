// Which letters can be shown here: by the fonts of this machine, as converters find them.
#pragma once

#include <optional>
#include <string>

namespace mugaika {

// Is there a font with Japanese letters? Nothing, or what to install. Asks fc-list of Debian's fontconfig, which reads
// the fonts of this machine and nothing else. `settings`: another fonts.conf than the machine's.
std::optional<std::string> missing_for_letters(const std::string& settings = "");

}  // namespace mugaika
