#include "relay/log/written_log.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <thread>

#include "relay/log/chain_search.hpp"
#include "relay/log/log_turn.hpp"

namespace mugaika {
namespace {

bool is_regular(int file) {
    struct stat facts {};
    return ::fstat(file, &facts) == 0 && S_ISREG(facts.st_mode);
}

// Whether the file ends within a line: a disk was full, or the power went. A line that somebody is just writing is seen
// in parts too; it grows.
bool ends_torn(const std::string& path) {
    const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    for (off_t before = -1;;) {
        const off_t size = file.is_open() ? ::lseek(file.get(), 0, SEEK_END) : 0;
        char last = '\n';
        if (size <= 0 || ::pread(file.get(), &last, 1, size - 1) != 1 || last == '\n') return false;
        if (size == before) return true;
        before = size;
        std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
}

}  // namespace

std::string_view to_string(LogWriter writer) noexcept { return writer == LogWriter::relay ? "relay" : "mugaika"; }

Result<WrittenLog> WrittenLog::open(std::string path, std::string host, LogSync sync, LogWriter writer) {
    Sha256::fetched();  // at the start or never
    WrittenLog log;
    log.path_ = std::move(path);
    log.host_ = std::move(host);
    log.sync_ = sync;
    log.writer_ = writer;
    if (log.path_ == "-") return log;
    auto file = writer == LogWriter::relay ? open_log_file(log.path_) : take_log_turn(log.path_);
    if (!file) return file.error();
    log.is_numbered_ = is_regular(file->get());
    log.is_torn_ = log.is_numbered_ && ends_torn(log.path_);
    if (log.is_numbered_) {
        auto end = find_chain(log.path_, log.host_, to_string(writer));
        if (!end) return end.error();
        log.end_ = std::move(*end);
    }
    if (writer == LogWriter::relay || !log.is_numbered_) log.file_ = std::move(*file);
    return log;
}

WrittenLog WrittenLog::on(FileDescriptor file) {
    WrittenLog log;
    log.file_ = std::move(file);
    return log;
}

Result<void> WrittenLog::append(UnlinkedLine line) {
    const int file = file_.is_open() ? file_.get() : STDOUT_FILENO;
    if (!is_numbered_) {
        const auto written = put(std::move(line).unlinked(), file);
        return written ? to_disk(file) : written;
    }
    if (writer_ == LogWriter::command) return append_in_turn(std::move(line));
    auto linked = std::move(line).link(to_string(writer_), end_);
    const auto written = put(std::move(linked.line), file);
    if (!written) return written;
    end_ = std::move(linked.end);  // also when it may not outlive a power cut
    return to_disk(file);
}

Result<void> WrittenLog::append_in_turn(UnlinkedLine line) {
    const auto file = take_log_turn(path_);
    if (!file) return file.error();
    const auto end = find_chain(path_, host_, to_string(writer_));
    if (!end) return end.error();
    is_torn_ = ends_torn(path_);
    const auto written = put(std::move(line).link(to_string(writer_), *end).line, file->get());
    return written ? to_disk(file->get()) : written;
}

// A line that lacks no more than its line feed is there: the next one begins with it.
Result<void> WrittenLog::put(std::string line, int file) {
    if (is_torn_) line.insert(line.begin(), '\n');
    ssize_t done = 0;
    do {
        done = ::write(file, line.data(), line.size());
    } while (done < 0 && errno == EINTR);
    if (done < 0) return error_from_errno("writing the event log " + path_, errno);
    const auto written = static_cast<std::size_t>(done);
    if (written > 0) is_torn_ = line[written - 1] != '\n';
    if (written + 1 >= line.size()) return {};
    return error_from_errno("writing the event log " + path_, ENOSPC);  // a file takes less only when the disk is full
}

Result<void> WrittenLog::to_disk(int file) const {
    if (sync_ == LogSync::no || file == STDOUT_FILENO || ::fdatasync(file) == 0) return {};
    return error_from_errno("writing the event log " + path_, errno);
}

Result<void> WrittenLog::reopen() {
    if (!file_.is_open()) return {};
    auto file = open_log_file(path_);
    if (!file) return file.error();
    file_ = std::move(*file);
    is_torn_ = is_numbered_ && ends_torn(path_);
    return {};
}

}  // namespace mugaika
