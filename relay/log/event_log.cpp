#include "relay/log/event_log.hpp"

#include <fcntl.h>

#include <atomic>
#include <cerrno>
#include <cstdio>
#include <iostream>
#include <mutex>

#include "relay/log/chain_search.hpp"
#include "relay/log/counted_events.hpp"
#include "relay/log/event_json.hpp"
#include "relay/log/log_turn.hpp"
#include "relay/log/written_log.hpp"

namespace mugaika {

struct EventLog::Impl {
    Impl(WrittenLog f, std::string h, std::shared_ptr<const Pseudonyms> p)
        : file(std::move(f)), host(std::move(h)), pseudonyms(std::move(p)) {}

    // First what is missing, so that nobody takes the log for whole.
    Result<void> close_gap(Moment now) {
        if (gap.lost == 0) return {};
        const auto written = file.append(UnlinkedLine(json_line(now, host, gap)));
        if (written) gap = {};
        return written;
    }
    void count_lost(const Error& error, Moment now) {
        ++lost;
        if (gap.lost++ == 0) gap.since = now;
        if (said) return;
        said = true;
        std::cerr << "mugaika: cannot write the event log: " << error.words()
                  << "; events are lost until this is mended\n";
    }

    std::mutex mutex;
    WrittenLog file;
    const std::string host;
    const std::shared_ptr<const Pseudonyms> pseudonyms;  // one for all logs of a configuration
    event::LogGap gap{};                                 // what could not be written since the last line
    bool said = false;                                   // that writing fails
    std::atomic<std::uint64_t> lost{0};
    Metrics metrics;
};

EventLog::EventLog(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
EventLog::~EventLog() = default;

Result<std::unique_ptr<EventLog>> EventLog::open(const std::string& path, std::string host, LogSync sync,
                                                 LogWriter writer, std::shared_ptr<const Pseudonyms> pseudonyms) {
    auto file = WrittenLog::open(path, host, sync, writer);
    if (!file) return file.error();
    return std::unique_ptr<EventLog>(
        new EventLog(std::make_unique<Impl>(std::move(*file), std::move(host), std::move(pseudonyms))));
}

std::unique_ptr<EventLog> EventLog::on(FileDescriptor file, std::string host,
                                       std::shared_ptr<const Pseudonyms> pseudonyms) {
    return std::unique_ptr<EventLog>(
        new EventLog(std::make_unique<Impl>(WrittenLog::on(std::move(file)), std::move(host), std::move(pseudonyms))));
}

// A log that cannot be written stops no mail that is under way.
static_assert(outcome<Stage::log, Failure::io>().ending == Ending::carry_on);
static_assert(outcome<Stage::log, Failure::disk_full>().ending == Ending::carry_on);

void EventLog::write(const AnyEvent& event) {
    count(impl_->metrics, event);
    const Moment now = std::chrono::system_clock::now();
    UnlinkedLine line(json_line(now, impl_->host, event, impl_->pseudonyms.get()));
    const std::lock_guard lock(impl_->mutex);
    auto written = impl_->close_gap(now);
    if (written) written = impl_->file.append(std::move(line));
    if (!written) impl_->count_lost(written.error(), now);
}

Result<void> EventLog::reopen() {
    const std::lock_guard lock(impl_->mutex);
    auto reopened = impl_->file.reopen();
    if (reopened) impl_->said = false;
    return reopened;
}

// Writers beside us wait for the turn, and find then that the file is another one. Ours wait for two system calls.
Result<void> EventLog::move_to(const std::string& to) {
    const std::string& path = impl_->file.path();
    const auto turn = take_log_turn(path);
    if (!turn) return turn.error();
    const std::lock_guard lock(impl_->mutex);
    if (::renameat2(AT_FDCWD, path.c_str(), AT_FDCWD, to.c_str(), RENAME_NOREPLACE) != 0) {
        return error_from_errno("moving the event log to " + to, errno);
    }
    auto reopened = impl_->file.reopen();
    if (!reopened) std::rename(to.c_str(), path.c_str());
    return reopened;
}

Result<void> EventLog::say_resumed() {
    if (!impl_->file.is_numbered()) return {};
    const auto turn = take_log_turn(impl_->file.path());
    if (!turn) return turn.error();
    const auto chains = find_chains(impl_->file.path(), impl_->host);
    if (!chains) return chains.error();
    event::LogResumed resumed;
    for (const auto& [writer, end] : *chains) resumed.writers.push_back(chain_end_text(writer, end));
    write(resumed);
    return {};
}

std::uint64_t EventLog::lost_events() const noexcept { return impl_->lost; }

bool EventLog::fails() const {
    const std::lock_guard lock(impl_->mutex);
    return impl_->gap.lost > 0;
}

void EventLog::try_again() {
    const std::lock_guard lock(impl_->mutex);
    const auto written = impl_->close_gap(std::chrono::system_clock::now());
    if (written) impl_->said = false;
}

const Metrics& EventLog::metrics() const noexcept { return impl_->metrics; }

}  // namespace mugaika
