// The last checkpoint of the log that went to its auditors, as reports show it: a report that is handed in is a copy of
// it that left the machine.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>
#include <vector>

#include "relay/stats/read_event.hpp"

namespace mugaika {

struct LastCheckpoint {
    std::string time;  // local
    std::vector<std::string> to;
    std::vector<std::string> note;  // line by line, from a log
    std::uint64_t count = 0;        // how many there were

    void take(const ReadEvent&);  // of the report's time

    template <class Self, class Io>
    static void state(Self& self, Io& io) {  // state_io.hpp
        io(self.time, self.to, self.note, self.count);
    }
};

// For a terminal or a file.
void print_checkpoint(std::ostream&, const LastCheckpoint&);

}  // namespace mugaika
