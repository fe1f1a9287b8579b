#include "relay/log/event_log.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <iostream>
#include <mutex>

#include "relay/log/counted_events.hpp"
#include "relay/log/event_json.hpp"

namespace mugaika {
namespace {

Result<FileDescriptor> open_for_appending(const std::string& path) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (fd < 0) return error_from_errno("opening the event log " + path, errno);
    return FileDescriptor(fd);
}

}  // namespace

// The file behind the log. A line is one write(2) with O_APPEND, so that several processes can share the file.
struct EventLog::Sink {
    std::string path;
    Sync sync = Sync::no;
    std::mutex mutex;
    FileDescriptor file;  // not open: standard output
    bool torn = false;    // the last line was written in part; the next must not continue it
    bool said = false;    // that writing fails
    event::LogGap gap{};  // what could not be written since the last line

    int fd() const { return file.is_open() ? file.get() : STDOUT_FILENO; }

    // 0 or errno.
    int append(std::string line) {
        if (torn) line.insert(line.begin(), '\n');
        ssize_t written = 0;
        do {
            written = ::write(fd(), line.data(), line.size());
        } while (written < 0 && errno == EINTR);
        if (written < 0) return errno;
        torn = static_cast<std::size_t>(written) < line.size();
        if (torn) return ENOSPC;  // a regular file takes less than asked only when the disk is full
        if (sync == Sync::yes && file.is_open() && ::fdatasync(fd()) != 0) return errno;
        return 0;
    }
};

Result<std::unique_ptr<EventLog>> EventLog::open(const std::string& path, std::string host, Sync sync) {
    std::unique_ptr<EventLog> log(new EventLog);
    log->host_ = std::move(host);
    log->sink_ = std::make_unique<Sink>();
    log->sink_->path = path;
    log->sink_->sync = sync;
    if (path != "-") {
        auto file = open_for_appending(path);
        if (!file) return file.error();
        log->sink_->file = std::move(*file);
    }
    return log;
}

std::unique_ptr<EventLog> EventLog::on(FileDescriptor file, std::string host) {
    std::unique_ptr<EventLog> log(new EventLog);
    log->host_ = std::move(host);
    log->sink_ = std::make_unique<Sink>();
    log->sink_->file = std::move(file);
    return log;
}

EventLog::~EventLog() = default;

Result<void> EventLog::reopen() {
    const std::lock_guard lock(sink_->mutex);
    if (!sink_->file.is_open()) return {};
    auto file = open_for_appending(sink_->path);
    if (!file) return file.error();
    sink_->file = std::move(*file);
    sink_->torn = false;
    sink_->said = false;
    return {};
}

// A log that cannot be written stops no mail.
static_assert(outcome<Stage::log, Failure::io>().ending == Ending::carry_on);
static_assert(outcome<Stage::log, Failure::disk_full>().ending == Ending::carry_on);

void EventLog::write(const AnyEvent& event) {
    count(metrics_, event);
    const Moment now = std::chrono::system_clock::now();
    std::string line = json_line(now, host_, event);
    const std::lock_guard lock(sink_->mutex);
    int failure = 0;
    if (sink_->gap.lost > 0) {  // first what is missing, so that nobody takes the log for whole
        failure = sink_->append(json_line(now, host_, sink_->gap));
        if (failure == 0) sink_->gap = {};
    }
    if (failure == 0) failure = sink_->append(std::move(line));
    if (failure == 0) return;
    ++lost_;
    if (sink_->gap.lost++ == 0) sink_->gap.since = now;
    if (sink_->said) return;
    sink_->said = true;
    std::cerr << "mugaika: cannot write the event log " << sink_->path << ": " << std::strerror(failure)
              << "; mail goes on, events are lost until this is mended\n";
}

}  // namespace mugaika
