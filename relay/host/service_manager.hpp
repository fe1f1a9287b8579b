// What systemd and the relay tell each other: sd_notify(3), sd_watchdog_enabled(3) and sd_listen_fds(3). These are a
// datagram socket and five variables, so that the relay needs no libsystemd (and what that brings along). Without
// systemd nothing is said and nothing was passed.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {

class ServiceManager {
public:
    // Reads the variables and takes them out of the environment, so that no child answers for us. Call it before there
    // are threads. Fault::configuration says which variable makes no sense.
    static Result<ServiceManager> from_environment();

    // Listening sockets that were open before us, each to be used or refused. Empty afterwards.
    std::vector<FileDescriptor> take_sockets() { return std::move(sockets_); }
    // After so long without alive() the relay is killed; nothing: nobody watches.
    std::optional<std::chrono::microseconds> watchdog() const noexcept { return watchdog_; }

    // Best effort: who does not listen misses it.
    void ready(std::string_view status) const;
    void reloading() const;  // ready() ends it
    void stopping(std::string_view status) const;
    void alive() const;

private:
    ServiceManager() = default;
    void notify(std::string_view lines) const;

    std::string socket_path_;  // "@…": abstract
    std::optional<std::chrono::microseconds> watchdog_;
    std::vector<FileDescriptor> sockets_;
};

}  // namespace mugaika
