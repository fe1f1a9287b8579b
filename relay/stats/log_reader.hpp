// Reads event logs, plain or packed, line by line with bounded memory, on all processors. A line that is no event is
// counted and said, never fatal: logs are cut by full disks and rotations. A packed log that is damaged is an Error:
// what could not be unpacked may hold anything.
#pragma once

#include <cstdint>
#include <functional>
#include <istream>
#include <optional>
#include <string>

#include "policy/result.hpp"
#include "relay/log/chain_check.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/stats/log_lines.hpp"
#include "relay/stats/read_event.hpp"

namespace mugaika {

struct LogReading {
    std::uint64_t lines = 0;
    std::uint64_t broken = 0;
    std::string first_broken;  // "FILE:LINE: what is wrong with it"
    std::string first_time;    // of the first and the last event, as they stand there
    std::string last_time;

    template <class Self, class Io>
    static void state(Self& self, Io& io) {  // state_io.hpp
        io(self.lines, self.broken, self.first_broken, self.first_time, self.last_time);
    }
};

// Calls `take` for each line that is an event, in their order and from the calling thread; others beside it read and
// parse, the first of them `in`. Empty lines are passed over. Fails as LogSource does, with words that name the log.
// `chain`: takes each line too.
Result<void> read_log(std::istream& in, const std::string& name, const std::function<void(const ReadEvent&)>& take,
                      LogReading&, LogDetail = LogDetail::all, ChainCheck* chain = nullptr);

// Reads no further than to the first event; nothing when there is none.
Result<std::optional<Moment>> first_event_time(std::istream&, const std::string& name);

}  // namespace mugaika
