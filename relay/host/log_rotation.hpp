// The files of the event log, when the relay keeps them itself: the one that is written now is closed at midnight and
// when it is large, closed ones are packed, old ones are removed.
//
// A closed file is called as the log with the moment of its closing: events.jsonl-20261201-000000, and packed .zst. It
// keeps its last change as its time. The newest closed one stays as it is: who writes may look back into it. What a
// crash left half done is done again.
#pragma once

#include <sys/types.h>
#include <mutex>
#include <string>

#include "policy/log_rotation.hpp"
#include "policy/result.hpp"
#include "relay/log/event_log.hpp"

namespace mugaika {

// Whether the file that is written now was closed. For the disk pool: a few system calls.
Result<bool> close_log_when_due(EventLog&, const std::string& log, const LogRotation&, Moment now);

// Packing takes its time: for a thread of its own. The packer is a program with the lowest priority, not a part of the
// relay, which holds no unpacker of anything.
class LogTidier {
public:
    ~LogTidier() { stop(); }

    // Packs and removes what there is. Each fault ends it; the next call begins again.
    Result<void> tidy(const std::string& log, const LogRotation&, Moment now);
    void stop();  // from any thread, for good: what is being packed stays as it was

private:
    Result<void> pack(const std::string& path);
    Result<void> run_packer(const std::string& from, const std::string& to);

    std::mutex mutex_;
    pid_t packer_ = 0;  // that runs now
    bool stopped_ = false;
};

}  // namespace mugaika
