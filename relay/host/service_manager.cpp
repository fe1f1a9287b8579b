#include "relay/host/service_manager.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdlib>
#include <ctime>
#include <utility>

#include "policy/shown_text.hpp"

namespace mugaika {
namespace {

constexpr int first_passed_descriptor = 3;  // SD_LISTEN_FDS_START
constexpr std::uint64_t sockets_max = 256;

std::string take_variable(const char* name) {
    const char* value = std::getenv(name);
    std::string text = value == nullptr ? "" : value;
    ::unsetenv(name);
    return text;
}

// 0 where the variable is not set.
Result<std::uint64_t> take_number(const char* name) {
    const std::string text = take_variable(name);
    std::uint64_t number = 0;
    const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (text.empty() || (fault == std::errc() && end == text.data() + text.size())) return number;
    return Error(Fault::configuration, std::string(name) + "=" + shown_text(text, 100) + " is no number");
}

// Variables meant for another process are none for us.
bool is_for_us(std::uint64_t pid) noexcept { return pid == static_cast<std::uint64_t>(::getpid()); }

std::uint64_t monotonic_microseconds() noexcept {
    timespec now{};
    ::clock_gettime(CLOCK_MONOTONIC, &now);
    return static_cast<std::uint64_t>(now.tv_sec) * 1'000'000 + static_cast<std::uint64_t>(now.tv_nsec) / 1'000;
}

}  // namespace

Result<ServiceManager> ServiceManager::from_environment() {
    ServiceManager manager;
    manager.socket_path_ = take_variable("NOTIFY_SOCKET");
    const auto watchdog = take_number("WATCHDOG_USEC");
    const auto watchdog_pid = take_number("WATCHDOG_PID");
    const auto sockets = take_number("LISTEN_FDS");
    const auto sockets_pid = take_number("LISTEN_PID");
    take_variable("LISTEN_FDNAMES");
    for (const auto* number : {&watchdog, &watchdog_pid, &sockets, &sockets_pid}) {
        if (!*number) return number->error();
    }
    // sd_watchdog_enabled(3): without a pid it is for whoever is started.
    if (*watchdog > 0 && (*watchdog_pid == 0 || is_for_us(*watchdog_pid))) {
        manager.watchdog_ = std::chrono::microseconds(*watchdog);
    }
    if (!is_for_us(*sockets_pid)) return manager;
    if (*sockets > sockets_max) return Error(Fault::configuration, "LISTEN_FDS: more sockets than 256");
    for (std::uint64_t i = 0; i < *sockets; ++i) {
        const int fd = first_passed_descriptor + static_cast<int>(i);
        if (::fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
            return Error(Fault::configuration, "LISTEN_FDS: descriptor " + std::to_string(fd) + " was not passed");
        }
        manager.sockets_.emplace_back(fd);
    }
    return manager;
}

void ServiceManager::ready(std::string_view status) const { notify("READY=1\nSTATUS=" + shown_text(status)); }

void ServiceManager::reloading() const {
    notify("RELOADING=1\nMONOTONIC_USEC=" + std::to_string(monotonic_microseconds()));
}

void ServiceManager::stopping(std::string_view status) const { notify("STOPPING=1\nSTATUS=" + shown_text(status)); }

void ServiceManager::alive() const { notify("WATCHDOG=1"); }

void ServiceManager::notify(std::string_view lines) const {
    sockaddr_un address{};
    if (socket_path_.empty() || socket_path_.size() >= sizeof address.sun_path) return;
    address.sun_family = AF_UNIX;
    std::copy(socket_path_.begin(), socket_path_.end(), address.sun_path);
    if (socket_path_.front() == '@') address.sun_path[0] = '\0';
    const FileDescriptor socket(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    if (!socket.is_open()) return;
    const auto size = static_cast<socklen_t>(offsetof(sockaddr_un, sun_path) + socket_path_.size());
    // Never waits: a manager whose queue is full must not stop the mail.
    const ssize_t ignored = ::sendto(socket.get(), lines.data(), lines.size(), MSG_NOSIGNAL | MSG_DONTWAIT,
                                     reinterpret_cast<const sockaddr*>(&address), size);
    static_cast<void>(ignored);
}

}  // namespace mugaika
