// [relay.metrics] of the configuration.
#pragma once

#include <optional>

#include "policy/toml_reader.hpp"
#include "relay/config/config.hpp"

namespace mugaika {

// Whoever may know what mail a town gets is named: `allow` must stand beside an address that others can reach. Every
// address of the machine is likely more than was meant, a warning.
void read_metrics(const TomlValue& table, FileFaults& faults, FileFaults& warnings, std::optional<MetricsPort>&);

}  // namespace mugaika
