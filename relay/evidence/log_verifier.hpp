// Whether rotated logs are what was sealed, whether any was taken away or put in place of another, and whether all of
// them go on from checkpoints that left the machine. Each finding names the file, and the line where one can be named.
#pragma once

#include <cstddef>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "relay/evidence/checkpoint.hpp"
#include "relay/evidence/sealed_log.hpp"

namespace mugaika {

struct LogFinding {
    std::string file;
    std::string words;  // in both languages
    bool is_fault = true;
};

class LogVerifier {
public:
    using Say = std::function<void(const LogFinding&)>;
    LogVerifier(SealFolder, KeyRing, Say);

    // Before the logs. `file`: where it stands.
    void expect(std::string file, Checkpoint);
    // One that was rotated, and the one that is written now, which only checkpoints know. By their times.
    void look_at(const std::string& log);
    void look_at_open(const std::string& log);
    // Once all logs were looked at; how many faults there are.
    Result<std::size_t> finish() &&;

private:
    struct Expected {
        std::string file;
        Checkpoint checkpoint;
        enum class OpenLog { not_met, goes_on, differs } open_log = OpenLog::not_met;
    };

    void say(std::string file, std::string words, bool is_fault = true);
    void look_at_key_changes(const std::string& log, const LoggedLines&);
    void say_keys();
    void compare_with_expected(const std::string& log, const std::vector<TreeHash>& leaves);
    void compare_open_log(Expected&, const std::string& log, const std::vector<TreeHash>& leaves);
    void compare_with_sealed(Expected&, const SealChain&);
    void look_for_first_line(const std::string& log, const SealChain&);
    void say_missing(const SealChain&);
    void compare_with_chain(const Expected&, const SealChain&);
    bool is_seen(const NamedSeal& named) const { return seen_.contains(named.seal.root); }

    SealFolder seals_;
    KeyRing keys_;
    Say say_;
    std::vector<Expected> expected_;
    std::map<TreeHash, std::string> seen_;  // roots of seals, and their logs
    std::vector<std::string> unsealed_;
    std::size_t faults_ = 0;
};

}  // namespace mugaika
