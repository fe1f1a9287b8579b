// [relay.log_rotation] of the configuration.
#pragma once

#include <optional>
#include <string>

#include "policy/toml_reader.hpp"
#include "relay/config/config.hpp"

namespace mugaika {

// Standard output has no files to rotate: a fault.
void read_log_rotation(const TomlValue& table, FileFaults&, const std::string& log, std::optional<LogRotation>&);

// A key for pseudonyms that cannot be used is a fault.
void check_pseudonym_key(const Config&, TomlPlace, FileFaults&);

// A packer that is asked for and not installed is a fault.
void check_log_packer(const Config&, TomlPlace, FileFaults&);

}  // namespace mugaika
