// The event log: one JSON object per line, written by one function. All statistics read only this. Event and key names
// never change once released (INTERFACE "Log events"). Bodies and subjects are never logged. Thread-safe.
//
// DIAGNOSTICS: a failing write is counted, said once on standard error, and never stops mail (matrix: log). When
// writing works again a log.gap tells how many lines are missing before it.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>

#include "policy/result.hpp"
#include "relay/log/event_list.hpp"
#include "relay/log/metrics.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {

class EventLog {
public:
    enum class Sync : bool { no, yes };  // yes: each event is on the disk before its function returns

    // "-" is standard output. Opened for appending, created 0640. `host` stands in every event.
    static Result<std::unique_ptr<EventLog>> open(const std::string& path, std::string host, Sync = Sync::no);
    static std::unique_ptr<EventLog> on(FileDescriptor, std::string host);  // what is open already
    ~EventLog();
    Result<void> reopen();  // after logrotate; on failure the old file stays open

    void write(const AnyEvent&);

    std::uint64_t lost_events() const noexcept { return lost_; }
    const Metrics& metrics() const noexcept { return metrics_; }  // of the events written so far

private:
    EventLog() = default;
    struct Sink;
    std::unique_ptr<Sink> sink_;
    std::string host_;
    std::atomic<std::uint64_t> lost_{0};
    Metrics metrics_;
};

}  // namespace mugaika
