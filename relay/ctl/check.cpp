#include "policy/shown_text.hpp"
#include "relay/config/config.hpp"
#include "relay/ctl/commands.hpp"

namespace mugaika::ctl {

Exit check(const ConfigChoice& choice, Terminal& terminal) {
    const ConfigReading reading = read_config_file(choice.file, ConfigUse::relay);
    for (const ConfigFault& fault : reading.faults) terminal.err << shown_text(fault.text()) << "\n";
    for (const ConfigFault& warning : reading.warnings)
        terminal.err << "warning: " << shown_text(warning.text()) << "\n";
    if (!reading.faults.empty()) return Exit::configuration;
    terminal.out << shown_text(choice.file) << ": no faults, routes: " << reading.config.routes.size()
                 << ", profiles: " << reading.config.profiles.size() << "\n";
    return Exit::done;
}

}  // namespace mugaika::ctl
