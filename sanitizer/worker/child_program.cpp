#include "sanitizer/worker/child_program.hpp"

#include <fcntl.h>
#include <spawn.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>

#include "sanitizer/mail/file_descriptor.hpp"
#include "sanitizer/worker/wait_readable.hpp"

namespace mugaika {

Result<pid_t> start_child(const ChildProgram& child) {
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, child.socket, child.socket_number);
    if (child.is_silent) {
        posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
        posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
    }
    posix_spawn_file_actions_addclosefrom_np(&actions, std::max(child.socket_number, STDERR_FILENO) + 1);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    sigset_t signals;
    sigemptyset(&signals);
    posix_spawnattr_setsigmask(&attributes, &signals);
    sigfillset(&signals);
    posix_spawnattr_setsigdefault(&attributes, &signals);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    std::string name = child.path;
    std::array<char*, 2> arguments{name.data(), nullptr};
    std::string value = child.environment;
    std::array<char*, 2> environment{value.data(), nullptr};
    pid_t pid = -1;
    const int failed =
        ::posix_spawn(&pid, child.path.c_str(), &actions, &attributes, arguments.data(), environment.data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    if (failed != 0) return Error(Fault::unavailable, error_from_errno("start " + child.path, failed).words());
    return pid;
}

int end_child(pid_t pid, std::chrono::steady_clock::duration patience) {
    const FileDescriptor pidfd(static_cast<int>(::syscall(SYS_pidfd_open, pid, 0)));
    const auto until = std::chrono::steady_clock::now() + patience;
    if (pidfd.is_open() && !wait_readable(pidfd.get(), until)) ::kill(pid, SIGKILL);
    int status = 0;
    while (::waitpid(pid, &status, 0) < 0 && errno == EINTR) {
    }
    return status;
}

}  // namespace mugaika
