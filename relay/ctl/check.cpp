#include <filesystem>
#include <system_error>

#include "policy/shown_text.hpp"
#include "relay/config/config.hpp"
#include "relay/ctl/commands.hpp"
#include "relay/host/reserve.hpp"

namespace mugaika::ctl {
namespace {

// The relay makes its folder when it starts; until then the file system is that of the folder above.
std::string there_or_above(const std::string& folder) {
    std::error_code ignored;
    if (std::filesystem::exists(folder, ignored)) return folder;
    return std::filesystem::path(folder).parent_path().string();
}

}  // namespace

Exit check(const ConfigChoice& choice, Terminal& terminal) {
    const ConfigReading reading = read_config_file(choice.file, ConfigUse::relay);
    for (const ConfigFault& fault : reading.faults) terminal.err << shown_text(fault.text()) << "\n";
    for (const ConfigFault& warning : reading.warnings)
        terminal.err << "warning: " << shown_text(warning.text()) << "\n";
    const Config& config = reading.config;
    const ReserveReading left = read_reserve(there_or_above(config.state_dir), config.log);
    for (const std::string& line : disk_warnings(left, config.limits.reserve, config.state_dir, config.log)) {
        terminal.err << "warning: " << shown_text(choice.file) << ": " << shown_text(line) << "\n";
    }
    if (!reading.faults.empty()) return Exit::configuration;
    terminal.out << shown_text(choice.file) << ": no faults, routes: " << reading.config.routes.size()
                 << ", profiles: " << reading.config.profiles.size() << "\n";
    return Exit::done;
}

}  // namespace mugaika::ctl
