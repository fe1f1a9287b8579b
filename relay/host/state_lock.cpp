#include "relay/host/state_lock.hpp"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <cerrno>

#include "policy/shown_text.hpp"
#include "relay/quarantine/durable_file.hpp"
#include "sanitizer/mail/write_fully.hpp"

namespace mugaika {
namespace {

constexpr std::size_t pid_bytes_max = 64;

std::string holder_of(const std::string& path) {
    const auto pid = read_small_file(path, pid_bytes_max);
    return pid && !pid->empty() ? " (pid " + shown_text(pid->substr(0, pid->find('\n')), pid_bytes_max) + ")" : "";
}

}  // namespace

Result<FileDescriptor> lock_state(const std::string& state_dir) {
    const std::string path = state_dir + "/lock";
    FileDescriptor file(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0660));
    if (!file.is_open()) return error_from_errno("opening " + path, errno);
    if (::flock(file.get(), LOCK_EX | LOCK_NB) != 0) {
        if (errno != EWOULDBLOCK) return error_from_errno("locking " + path, errno);
        return Error(Fault::busy, "another relay" + holder_of(path) + " uses the state directory " + state_dir);
    }
    if (::ftruncate(file.get(), 0) != 0) return error_from_errno("emptying " + path, errno);
    auto written = write_fully(file.get(), std::to_string(::getpid()) + "\n", "writing " + path);
    if (!written) return written.error();
    return file;
}

}  // namespace mugaika
