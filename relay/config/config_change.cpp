#include "relay/config/config_change.hpp"

#include "policy/shown_text.hpp"

namespace mugaika {
namespace {

class Differences {
public:
    void compare(std::string_view key, const std::string& running, const std::string& wanted) {
        if (running == wanted) return;
        lines_.push_back("[relay] " + std::string(key) + ": " + shown_text(wanted, 200) + " instead of " +
                         shown_text(running, 200) + " needs a restart of the relay");
    }
    std::vector<std::string> take() && { return std::move(lines_); }

private:
    std::vector<std::string> lines_;
};

std::string truth(bool value) { return value ? "true" : "false"; }

// All that can differ, for comparing; people find the table by its program.
std::string words_for(const FileCommands& commands) {
    std::string words;
    for (const FileCommand& one : commands) {
        words += ", command " + one.program;
        for (const auto* list : {&one.arguments, &one.types, &one.suffixes, &one.readable}) {
            for (const std::string& word : *list) words += " " + word;
            words += ";";
        }
        for (const std::uint64_t number :
             {std::uint64_t{one.kinds}, std::uint64_t{one.processes}, static_cast<std::uint64_t>(one.makes),
              static_cast<std::uint64_t>(one.limits.wall_clock.count()), one.limits.memory_bytes,
              one.limits.out_bytes_max}) {
            words += " " + std::to_string(number);
        }
    }
    return words;
}

std::string words_for(const EngineSettings& engines) {
    return "office " + std::string(to_string(engines.office)) + ", socket \"" + engines.socket + "\", at_once " +
           std::to_string(engines.at_once) + ", time_limit " + std::to_string(engines.limits.wall_clock.count()) +
           ", memory " + std::to_string(engines.limits.memory_bytes) + words_for(engines.commands);
}

}  // namespace

std::vector<std::string> restart_needed(const Config& running, const Config& wanted) {
    Differences differences;
    differences.compare("hostname", running.hostname, wanted.hostname);
    differences.compare("state_dir", running.state_dir, wanted.state_dir);
    differences.compare("log", running.log, wanted.log);
    differences.compare("log_pseudonym_key", running.log_pseudonym_key, wanted.log_pseudonym_key);
    differences.compare("sync_log", truth(running.sync_log), truth(wanted.sync_log));
    // Without a key_file the key lies in state_dir, which was compared already.
    const bool same_key = running.state_dir != wanted.state_dir && running.key_file == wanted.key_file;
    if (!same_key) differences.compare("key_file", running.quarantine_key_file(), wanted.quarantine_key_file());
    differences.compare("time_zone", running.zone_name(), wanted.zone_name());
    differences.compare("engines", words_for(running.engines), words_for(wanted.engines));
    differences.compare("workers", std::to_string(running.workers), std::to_string(wanted.workers));
    return std::move(differences).take();
}

}  // namespace mugaika
