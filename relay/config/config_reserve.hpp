// [relay.reserve] of the configuration.
#pragma once

#include "policy/limits.hpp"
#include "policy/toml_reader.hpp"

namespace mugaika {

void read_reserve_limits(const TomlValue& table, FileFaults&, ReserveLimits&);

}  // namespace mugaika
