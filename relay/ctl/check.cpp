#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <set>
#include <system_error>
#include <vector>

#include "policy/shown_text.hpp"
#include "relay/config/config.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/commands.hpp"
#include "relay/ctl/relay_user.hpp"
#include "relay/host/reserve.hpp"
#include "relay/quarantine/key_file.hpp"
#include "sanitizer/engine/engine_road.hpp"
#include "sanitizer/engine/office.hpp"
#include "sanitizer/engine/page_text.hpp"
#include "sanitizer/engine/pages.hpp"

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

bool asks_for(const WrittenProfile& profile, PartAction action, PartKind kind) {
    return profile.base.actions[static_cast<std::size_t>(kind)] == action ||
           std::any_of(profile.rules.begin(), profile.rules.end(),
                       [&](const MailRule& rule) { return rule.part.action == action && rule.part.speaks_of(kind); });
}

bool wants_pictures(const WrittenProfile& profile) {
    return asks_for(profile, PartAction::image_pdf, PartKind::pdf) ||
           asks_for(profile, PartAction::image_pdf, PartKind::office);
}

// What "image-pdf" asks for and this machine has not. A font that is missing is a fault of each page.
std::vector<std::string> picture_warnings(const Config& config) {
    std::vector<std::string> lines;
    const auto wanted = std::find_if(config.profiles.begin(), config.profiles.end(),
                                     [](const auto& profile) { return wants_pictures(profile.second); });
    if (wanted == config.profiles.end()) return lines;
    const std::string who = "[profile." + wanted->first + "] image-pdf: ";
    if (const auto package = missing_for_pages())
        lines.push_back(who + "no page can be drawn here, such files are held; install " + *package);
    if (!has_japanese_font())
        lines.push_back(who + "there is no Japanese font: pages would have boxes for letters; install fonts-ipaexfont");
    return lines;
}

// What a profile asks for and this machine has not.
std::vector<std::string> text_warnings(const Config& config) {
    if (has_page_text()) return {};
    std::vector<std::string> lines;
    for (const auto& [name, profile] : config.profiles) {
        if (!asks_for(profile, PartAction::text, PartKind::pdf)) continue;
        lines.push_back("[profile." + name +
                        "]: PDF files whose text is wanted are held: install poppler-utils and poppler-data");
    }
    return lines;
}

bool is_wanted(const FileCommand& command, const Profiles& profiles) {
    for (std::uint32_t i = 0; i < part_kind_count; ++i) {
        const auto kind = static_cast<PartKind>(i);
        const bool takes = (command.kinds >> i & 1) != 0;
        if (takes && std::any_of(profiles.begin(), profiles.end(),
                                 [&](const auto& named) { return asks_for(named.second, PartAction::rebuild, kind); }))
            return true;
    }
    return false;
}

// Commands that no file will ever be given to.
std::vector<std::string> command_warnings(const Config& config) {
    std::vector<std::string> lines;
    for (const FileCommand& command : config.engines.commands) {
        if (is_wanted(command, config.profiles)) continue;
        lines.push_back("[[relay.engines.command]] " + command.program +
                        " is never asked: no profile has files of its kinds rebuilt, such as other = \"rebuild\"");
    }
    return lines;
}

// What [relay.engines] asks for and this machine has not. Files of these kinds are then held.
std::vector<std::string> engine_warnings(const EngineSettings& engines) {
    if (engines.office == OfficeEngine::off) return {};
    const std::string instead = ", or say [relay.engines] office = \"off\"";
    std::vector<std::string> lines;
    std::set<std::string> missing;
    for (std::uint32_t i = 0; i < office_format_count; ++i) {
        if (const auto package = missing_for(static_cast<OfficeFormat>(i))) missing.insert(*package);
    }
    for (const std::string& package : missing) {
        const std::string kinds = package.find("writer") != package.npos ? "doc, rtf and odt"
                                  : package.find("calc") != package.npos ? "xls and ods"
                                                                         : "ppt and odp";
        lines.push_back(kinds + " files are held: LibreOffice cannot convert them here; install " + package + instead);
    }
    if (missing.size() < 3 && !has_japanese_font()) {
        lines.push_back("there is no Japanese font for LibreOffice; install fonts-ipaexfont");
    }
    if (engines.socket.empty() && engine_place(true, "").program.empty()) {
        lines.push_back("doc, xls, ppt, rtf and OpenDocument files are held: mugaika-engine is not installed" +
                        instead);
    }
    return lines;
}

// Where engines are, for whoever asks for one.
std::vector<std::string> place_warnings(const Config& config) {
    const EngineSettings& engines = config.engines;
    const bool by_poppler = std::any_of(config.profiles.begin(), config.profiles.end(), [](const auto& named) {
        return asks_for(named.second, PartAction::text, PartKind::pdf) || wants_pictures(named.second);
    });
    const bool by_others = by_poppler || !engines.commands.empty();
    const bool by_office = engines.office != OfficeEngine::off;
    std::vector<std::string> lines;
    if ((by_office || by_others) && !engines.socket.empty() && ::access(engines.socket.c_str(), F_OK) != 0) {
        lines.push_back("[relay.engines] socket: " + engines.socket +
                        " is not there; systemctl enable --now mugaika-engine.socket");
    }
    if (by_others && engines.socket.empty() && engine_place(true, "").program.empty()) {
        lines.push_back(
            "what commands convert and files of which text or pictures are wanted are held: mugaika-engine is not "
            "installed");
    }
    return lines;
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
    for (const auto& lines : {engine_warnings(config.engines), place_warnings(config), picture_warnings(config),
                              text_warnings(config), command_warnings(config)}) {
        for (const std::string& line : lines) {
            terminal.err << "warning: " << shown_text(choice.file) << ": " << shown_text(line) << "\n";
        }
    }
    // A file that cannot be read says nothing about where the quarantine is.
    const auto quarantine = reading.faults.empty() ? check_quarantine(reading.config) : Result<void>();
    const bool broken = !quarantine && quarantine.error().fault() == Fault::configuration;
    if (!quarantine) {
        terminal.err << (broken ? "" : "warning: the quarantine cannot be looked at: ")
                     << shown_text(quarantine.error().words()) << "\n";
    }
    if (!reading.faults.empty() || broken) return Exit::configuration;
    terminal.out << shown_text(choice.file) << ": no faults, routes: " << reading.config.routes.size()
                 << ", profiles: " << reading.config.profiles.size() << "\n";
    return Exit::done;
}

}  // namespace mugaika::ctl
