// How much an event matters to whoever watches many machines, by the names and numbers of RFC 5424 6.2.1.
#pragma once

#include <cstdint>

namespace mugaika {

enum class Severity : std::uint8_t {
    alert = 1,    // somebody must look at once: a bug of ours, or somebody who got in
    error = 3,    // something that mail needs is away
    warning = 4,  // something failed and was dealt with
    notice = 5,   // a person did something, or a mail was not delivered
    info = 6,     // as every day
};

}  // namespace mugaika
