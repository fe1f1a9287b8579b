#include "relay/ctl/check_engines.hpp"

#include <unistd.h>

#include <algorithm>
#include <set>

#include "sanitizer/engine/engine_road.hpp"

namespace mugaika::ctl {
namespace {

bool asks_for(const WrittenProfile& profile, PartAction action, PartKind kind) {
    return profile.base.actions[static_cast<std::size_t>(kind)] == action ||
           std::any_of(profile.rules.begin(), profile.rules.end(),
                       [&](const MailRule& rule) { return rule.part.action == action && rule.part.speaks_of(kind); });
}

bool wants_pictures(const WrittenProfile& profile) {
    return asks_for(profile, PartAction::image_pdf, PartKind::pdf) ||
           asks_for(profile, PartAction::image_pdf, PartKind::office);
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
std::vector<std::string> office_warnings(const EngineSettings& engines, const std::set<std::string>& missing) {
    if (engines.office == OfficeEngine::off) return {};
    const std::string instead = ", or say [relay.engines] office = \"off\"";
    std::vector<std::string> lines;
    for (const std::string& package : missing) {
        const std::string kinds = package.find("writer") != package.npos ? "doc, rtf and odt"
                                  : package.find("calc") != package.npos ? "xls and ods"
                                                                         : "ppt and odp";
        lines.push_back(kinds + " files are held: LibreOffice cannot convert them here; install " + package + instead);
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

std::vector<std::string> engine_warnings(const Config& config, const MissingParts& missing) {
    std::vector<std::string> all;
    for (const auto& lines :
         {office_warnings(config.engines, missing.office), place_warnings(config), command_warnings(config)}) {
        all.insert(all.end(), lines.begin(), lines.end());
    }
    return all;
}

}  // namespace mugaika::ctl
