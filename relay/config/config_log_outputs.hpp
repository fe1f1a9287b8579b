// [[relay.log_output]] of the configuration.
#pragma once

#include <vector>

#include "policy/log_output.hpp"
#include "policy/toml_reader.hpp"

namespace mugaika {

void read_log_outputs(const std::vector<const TomlValue*>& tables, FileFaults&, const std::string& log,
                      std::vector<LogOutput>&);

// Certificates and keys that cannot be used are faults.
void check_log_outputs(const std::vector<LogOutput>&, TomlPlace, FileFaults&);

}  // namespace mugaika
