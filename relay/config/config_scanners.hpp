// [[relay.scanner]] of the configuration.
#pragma once

#include <vector>

#include "policy/toml_reader.hpp"
#include "relay/engines/scanner_settings.hpp"

namespace mugaika {

// Each has `clamd` (a socket or an address) or `icap` (an address with the service's path), one of them.
void read_scanners(const std::vector<const TomlValue*>& tables, FileFaults& faults, std::vector<ScannerSettings>&);

}  // namespace mugaika
