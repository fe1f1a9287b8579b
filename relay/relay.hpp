// The composition root: makes every part of the daemon from a configuration and hands them to each other.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "relay/config/config.hpp"
#include "relay/host/service_manager.hpp"
#include "relay/workers/file_pool.hpp"

namespace mugaika {

class Relay {
public:
    struct Setup {
        Config config;
        std::string config_file;  // where it was read, and is read again for a reload
        std::string worker_program;
        FilePrograms file_programs;
        ServiceManager manager;
    };
    // Takes the state directory, opens log and quarantine, starts the workers, binds the listeners; the first that
    // fails is the Error, and nothing is listening then. Signals are watched from now on.
    static Result<std::unique_ptr<Relay>> start(Setup);
    ~Relay();

    std::vector<std::uint16_t> ports() const;  // as bound, in the order of Config::listeners

    // Serves until SIGTERM or SIGINT, then lets what runs finish for Config::drain_time. SIGHUP takes up the
    // configuration anew, SIGUSR1 reopens the log. The service manager hears of all of it.
    void run();

private:
    Relay();
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace mugaika
