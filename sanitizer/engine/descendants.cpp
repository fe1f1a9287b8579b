#include "sanitizer/engine/descendants.hpp"

#include <dirent.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <csignal>
#include <fstream>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {
namespace {

using Clock = std::chrono::steady_clock;

struct CloseFolder {
    void operator()(DIR* folder) const noexcept { ::closedir(folder); }
};

struct Process {
    pid_t pid;
    pid_t parent;
    char state;
};

// proc(5), stat: "pid (any name) state ppid …".
std::optional<Process> process_of(const std::string& number) {
    Process found{0, 0, ' '};
    const auto read = std::from_chars(number.data(), number.data() + number.size(), found.pid);
    if (read.ec != std::errc() || read.ptr != number.data() + number.size()) return std::nullopt;
    std::ifstream file("/proc/" + number + "/stat");
    std::string line;
    std::getline(file, line);
    const std::size_t name_end = line.rfind(')');
    if (name_end == line.npos || name_end + 4 > line.size()) return std::nullopt;
    found.state = line[name_end + 2];
    std::from_chars(line.data() + name_end + 4, line.data() + line.size(), found.parent);
    return found;
}

std::vector<Process> all_processes() {
    std::vector<Process> all;
    const std::unique_ptr<DIR, CloseFolder> folder(::opendir("/proc"));
    while (const dirent* entry = folder ? ::readdir(folder.get()) : nullptr) {
        if (const auto process = process_of(entry->d_name)) all.push_back(*process);
    }
    return all;
}

std::vector<Process> descendants() {
    const std::vector<Process> all = all_processes();
    std::vector<Process> found;
    std::set<pid_t> family{::getpid()};
    for (bool grows = true; grows;) {
        grows = false;
        for (const Process& process : all) {
            if (!family.contains(process.parent) || !family.insert(process.pid).second) continue;
            found.push_back(process);
            grows = true;
        }
    }
    return found;
}

// A number may be another process's by now: what is held is asked again whose child it is.
void send(const Process& process, int signal) {
    const FileDescriptor held(static_cast<int>(::syscall(SYS_pidfd_open, process.pid, 0)));
    const auto now = process_of(std::to_string(process.pid));
    if (!held.is_open() || !now || (now->parent != process.parent && now->parent != ::getpid())) return;
    ::syscall(SYS_pidfd_send_signal, held.get(), signal, nullptr, 0);
}

bool is_still(const Process& process) noexcept {
    return std::string_view("TtZXx").find(process.state) != std::string_view::npos;
}

// Who is stopped makes no others, and its place is not free for another: only then there is an end to killing them.
void stop_and_kill(Clock::time_point until) {
    std::vector<Process> family = descendants();
    while (Clock::now() < until && !std::all_of(family.begin(), family.end(), is_still)) {
        for (const Process& process : family) {
            if (!is_still(process)) send(process, SIGSTOP);
        }
        ::usleep(1000);
        family = descendants();
    }
    for (const Process& process : family) send(process, SIGKILL);
}

// False when there is no child at all.
bool reap_dead() noexcept {
    for (;;) {
        const pid_t reaped = ::waitpid(-1, nullptr, WNOHANG);
        if (reaped == 0) return true;
        if (reaped < 0 && errno != EINTR) return false;
    }
}

}  // namespace

Result<void> adopt_orphans() {
    if (::prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) != 0) return error_from_errno("become a subreaper", errno);
    return {};
}

bool end_all_children(int seconds) {
    const Clock::time_point until = Clock::now() + std::chrono::seconds(seconds);
    while (reap_dead()) {
        if (Clock::now() > until) return false;
        stop_and_kill(until);
        ::usleep(1000);
    }
    return true;
}

}  // namespace mugaika
