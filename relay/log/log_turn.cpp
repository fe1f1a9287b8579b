#include "relay/log/log_turn.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include <cerrno>
#include <chrono>
#include <thread>

namespace mugaika {
namespace {

// A turn is a line or a look through one file.
constexpr std::chrono::seconds patience_max{30};
constexpr std::chrono::milliseconds between_tries{5};

// Not open: somebody else has the turn, or the file was moved away meanwhile.
Result<FileDescriptor> try_turn(const std::string& path) {
    auto file = open_log_file(path);
    if (!file) return file;
    if (::flock(file->get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno == EWOULDBLOCK || errno == EINTR) return FileDescriptor();
        return error_from_errno("locking the event log " + path, errno);
    }
    struct stat mine {
    }, there{};
    const bool is_there = ::fstat(file->get(), &mine) == 0 && ::stat(path.c_str(), &there) == 0 &&
                          mine.st_ino == there.st_ino && mine.st_dev == there.st_dev;
    return is_there ? std::move(*file) : FileDescriptor();
}

}  // namespace

Result<FileDescriptor> open_log_file(const std::string& path) {
    const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0640);
    if (fd < 0) return error_from_errno("opening the event log " + path, errno);
    return FileDescriptor(fd);
}

Result<FileDescriptor> take_log_turn(const std::string& path) {
    const auto until = std::chrono::steady_clock::now() + patience_max;
    for (;;) {
        auto file = try_turn(path);
        if (!file || file->is_open()) return file;
        if (std::chrono::steady_clock::now() > until) {
            return Error(Fault::busy, "the event log " + path + " is kept locked by another program");
        }
        std::this_thread::sleep_for(between_tries);
    }
}

}  // namespace mugaika
