#include <unistd.h>

#include <filesystem>
#include <system_error>
#include <utility>
#include <vector>

#include "policy/shown_text.hpp"
#include "relay/config/config.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/check_engines.hpp"
#include "relay/ctl/commands.hpp"
#include "relay/ctl/relay_user.hpp"
#include "relay/host/reserve.hpp"
#include "relay/quarantine/key_file.hpp"

namespace mugaika::ctl {
namespace {

// The relay makes its folder when it starts; until then the file system is that of the folder above.
std::string there_or_above(const std::string& folder) {
    std::error_code ignored;
    if (std::filesystem::exists(folder, ignored)) return folder;
    return std::filesystem::path(folder).parent_path().string();
}

// What the relay would find in its state when it starts. Nothing is made where nothing is yet.
Result<void> check_quarantine(const Config& config) {
    const std::string key_file = config.quarantine_key_file();
    if (::access(config.quarantine_dir().c_str(), F_OK) != 0) {
        const auto keys = KeyFile::read(key_file);
        return keys || keys.error().fault() == Fault::not_found ? Result<void>() : Result<void>(keys.error());
    }
    const auto became = become_relay_user(config.state_dir);
    if (!became) return became.error();
    const auto store = QuarantineStore::open(config.quarantine_dir(), key_file, QuarantineStore::Access::reader);
    if (!store && store.error().fault() == Fault::not_found) return {};  // stopped before it was whole
    return store ? (*store)->check_keys() : Result<void>(store.error());
}

// Of the file, then of the machine.
std::vector<ConfigFault> all_faults(const ConfigReading& reading, const MissingParts& missing,
                                    const std::string& file) {
    FileFaults of_machine(file);
    find_missing_parts(reading.config, reading.root, missing, of_machine);
    std::vector<ConfigFault> faults = reading.faults;
    for (ConfigFault& fault : std::move(of_machine).in_order()) faults.push_back(std::move(fault));
    return faults;
}

}  // namespace

Exit check(const ConfigChoice& choice, Terminal& terminal) {
    const ConfigReading reading = read_config_file(choice.file, ConfigUse::relay);
    const MissingParts missing = missing_parts();
    const std::vector<ConfigFault> faults = all_faults(reading, missing, choice.file);
    for (const ConfigFault& fault : faults) terminal.err << shown_text(fault.text()) << "\n";
    for (const ConfigFault& warning : reading.warnings)
        terminal.err << "warning: " << shown_text(warning.text()) << "\n";
    const Config& config = reading.config;
    const ReserveReading left = read_reserve(there_or_above(config.state_dir), config.log);
    for (const std::string& line : disk_warnings(left, config.limits.reserve, config.state_dir, config.log)) {
        terminal.err << "warning: " << shown_text(choice.file) << ": " << shown_text(line) << "\n";
    }
    for (const std::string& line : engine_warnings(config, missing)) {
        terminal.err << "warning: " << shown_text(choice.file) << ": " << shown_text(line) << "\n";
    }
    // A file that cannot be read says nothing about where the quarantine is.
    const auto quarantine = reading.faults.empty() ? check_quarantine(reading.config) : Result<void>();
    const bool broken = !quarantine && quarantine.error().fault() == Fault::configuration;
    if (!quarantine) {
        terminal.err << (broken ? "" : "warning: the quarantine cannot be looked at: ")
                     << shown_text(quarantine.error().words()) << "\n";
    }
    if (!faults.empty() || broken) return Exit::configuration;
    terminal.out << shown_text(choice.file) << ": no faults, routes: " << reading.config.routes.size()
                 << ", profiles: " << reading.config.profiles.size() << "\n";
    return Exit::done;
}

}  // namespace mugaika::ctl
