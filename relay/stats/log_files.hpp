// Which files an event log is: the one that is written now and what rotation made of it, in the order of time.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "relay/log/timestamp.hpp"

namespace mugaika {

struct LogFile {
    std::string path;
    std::uint64_t inode = 0;      // as it was listed: another one now means that the logs were rotated; 0: any
    std::optional<Moment> first;  // time of its first event
};

// The log and its rotated files beside it, as logrotate names them: for events.jsonl also events.jsonl.1,
// events.jsonl.2.gz, events.jsonl-20261128, events.jsonl-2026112805.xz and, with `extension`,
// events-20261128.jsonl.zst. Of a file that stands there packed and unpacked (it is just being packed) only the
// unpacked one. Unordered; empty when there is none.
Result<std::vector<LogFile>> log_and_rotated(const std::string& log);

// By their first events, whatever their names are, so that mails are followed from file to file. Fails as reading does.
Result<void> sort_by_time(std::vector<LogFile>&);

// Drops what ended before `moment`: a file all of whose events are older, as the next one's first event shows.
void drop_older(std::vector<LogFile>&, Moment);

// False when the path is another file now than when it was listed.
bool is_still(const LogFile&);

}  // namespace mugaika
