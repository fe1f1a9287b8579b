// Room to work in: while disk, memory or the number of waiting mails is past its limit, recipients are answered for now
// (452, 451) instead of mails being taken that could not be finished. Looked at before any content is sent.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "policy/matrix.hpp"
#include "relay/log/event_log.hpp"

namespace mugaika {

// What the machine has left; what cannot be read counts as plenty.
struct ReserveReading {
    static constexpr std::uint64_t plenty = std::numeric_limits<std::uint64_t>::max();
    std::uint64_t disk_free = plenty;      // bytes for us on the file system of the state directory; 0 without inodes
    std::uint64_t memory_free = plenty;    // bytes: MemAvailable, or what the control group leaves, whichever is less
    std::uint64_t log_disk_free = plenty;  // as disk_free, of the log's file system when that is another one
    bool log_fails = false;                // events cannot be written, and no mail is to come meanwhile
};

// Blocks on the file system: for the disk pool. `log`: the file, which need not be there yet, or "-". `root` stands
// before /proc and /sys.
ReserveReading read_reserve(const std::string& state_dir, const std::string& log, const std::string& root = "");

// For an administrator: which file system has less than the limit, and what follows. One line each.
std::vector<std::string> disk_warnings(const ReserveReading&, const ReserveLimits&, const std::string& state_dir,
                                       const std::string& log);

// For the network thread only. Writes one event when something runs low and one when it has recovered, which takes a
// tenth more than the limit so that a value at the limit does not fill the log.
class Reserve {
public:
    explicit Reserve(EventLog& log) : log_(log) {}

    void take_up(const ReserveReading& reading) noexcept { reading_ = reading; }
    // The row to answer with, nullptr: there is room.
    const Outcome* shortage(const ReserveLimits&, std::size_t waiting_mails);
    std::vector<std::string_view> low() const;  // what was short when last asked: as `names`

private:
    enum What { disk, log_disk, log_writing, memory, mails, whats };
    bool is_low(What, bool past_limit, bool recovered, std::uint64_t value, std::uint64_t limit);

    EventLog& log_;
    ReserveReading reading_;
    std::array<bool, whats> low_{};
    static constexpr std::array<std::string_view, whats> names{"disk", "log_disk", "log", "memory", "mails"};
};

}  // namespace mugaika
