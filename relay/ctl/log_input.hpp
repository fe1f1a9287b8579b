// What the commands that read event logs share: the time asked for, which logs, and reading them.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "relay/ctl/commands.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/stats/log_files.hpp"
#include "relay/stats/log_reader.hpp"

namespace mugaika::ctl {

struct TimeRange {
    std::optional<Moment> since;
    std::optional<Moment> until;  // not included
};

// Of --since and --until as they were given, "" for none. A range that holds no moment is a fault.
Result<TimeRange> time_range(const std::string& since, const std::string& until);

// The named logs, or without any the configured one with its rotated files; oldest first, pipes last. Of the
// configured ones those that end long before the range are left out.
Result<std::vector<LogFile>> choose_logs(const std::vector<std::string>& named, const TimeRange&, const ConfigChoice&,
                                         Terminal&);

// Where a reading goes on, and who is told when so many of the files are read.
struct ReadOn {
    std::size_t files = 0;    // what stands in so many of them is known,
    LogReading reading = {};  // as this says
    std::function<void(std::size_t files, const LogReading&)> after_file = {};
};

// Hands every event to `take`. Fails when a log cannot be read whole, or was rotated since it was chosen. Long work
// shows how far it is where err is a terminal and nothing else is written to it meanwhile.
// `chain`: takes each line too.
Result<LogReading> read_logs(const std::vector<LogFile>&, const std::function<void(const ReadEvent&)>& take, Terminal&,
                             LogDetail = LogDetail::all, ChainCheck* chain = nullptr, ReadOn on = {});

// The first faults with their places, and whether the chain is whole.
void say_chain(const ChainCheck&, std::ostream&);

// What stands for a whole address in the configured log; "" for a piece of one, or when addresses stand there. A key
// that cannot be read is said on err.
std::string pseudonym_for(const std::string& address, const ConfigChoice&, Terminal&);

// On err, when there were lines that are no event.
void say_broken(const LogReading&, Terminal&);

}  // namespace mugaika::ctl
