// The event log: one JSON object per line, written by one function. All statistics read only this. Event and key names
// never change once released (INTERFACE "Log events"). Bodies and subjects are never logged. Thread-safe.
//
// The lines of each writer are a chain (chain.hpp). No event is lost when a file is closed and the next one begins,
// whoever moves it: who writes has either of them.
//
// DIAGNOSTICS: a failing write is counted, said once on standard error, and stops nothing that is under way (matrix:
// log); whether new mail is taken meanwhile is for the reserve to say. When writing works again a log.gap tells how
// many lines are missing before it.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "policy/result.hpp"
#include "relay/log/event_list.hpp"
#include "relay/log/log_writer.hpp"
#include "relay/log/metrics.hpp"
#include "relay/log/pseudonyms.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {

class EventLog {
public:
    // "-" is standard output. Opened for appending, created 0640. `host` stands in every event; `pseudonyms` in place
    // of addresses, null for addresses.
    static Result<std::unique_ptr<EventLog>> open(const std::string& path, std::string host, LogSync = LogSync::no,
                                                  LogWriter = LogWriter::relay,
                                                  std::shared_ptr<const Pseudonyms> = nullptr);
    // What is open already.
    static std::unique_ptr<EventLog> on(FileDescriptor, std::string host, std::shared_ptr<const Pseudonyms> = nullptr);
    ~EventLog();

    void write(const AnyEvent&);

    // The relay's part in keeping its files; none of it is for the network thread.
    Result<void> reopen();                        // after logrotate; on failure the old file stays open
    Result<void> move_to(const std::string& to);  // and begin a new file; on failure all stays as it was
    Result<void> say_resumed();                   // log.resumed with the chains of all writers, while these wait

    std::uint64_t lost_events() const noexcept;
    bool fails() const;                       // the last event could not be written
    void try_again();                         // then: the gap alone, so that it is known when it works again
    const Metrics& metrics() const noexcept;  // of the events written so far

private:
    struct Impl;
    explicit EventLog(std::unique_ptr<Impl>);
    std::unique_ptr<Impl> impl_;
};

}  // namespace mugaika
