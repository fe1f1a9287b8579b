// [relay.metrics] of the configuration.
#pragma once

#include <optional>

#include "policy/toml_reader.hpp"
#include "relay/config/config.hpp"

namespace mugaika {

// Only loopback addresses: whoever may know what mail a town gets asks through something that knows who asks.
void read_metrics(const TomlValue& table, FileFaults&, std::optional<HostPort>&);

}  // namespace mugaika
