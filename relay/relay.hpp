// The composition root: makes every part of the daemon from a configuration and hands them to each other.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "policy/result.hpp"
#include "relay/config.hpp"

namespace mugaika {

class Relay {
public:
    // Opens log and quarantine, starts the workers, binds the listeners; the first that fails is the Error, and
    // nothing is listening then.
    static Result<std::unique_ptr<Relay>> start(Config, const std::string& worker_program);
    ~Relay();

    std::vector<std::uint16_t> ports() const;  // as bound, in the order of Config::listen
    void run();                                // serves until stop() or SIGTERM/SIGINT; SIGUSR1 reopens the log

private:
    Relay();
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace mugaika
