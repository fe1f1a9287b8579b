// [[relay.engines.command]] of the configuration: converters of the administrator's own.
#pragma once

#include <vector>

#include "policy/toml_reader.hpp"
#include "sanitizer/mail/file_command.hpp"

namespace mugaika {

struct Config;

// One for each table, in their order, also for those with faults. `limits` are those of [relay.engines], which hold
// where a command has none of its own.
void read_commands(const std::vector<const TomlValue*>& tables, const EngineLimits& limits, FileFaults&, FileCommands&);

// What the file cannot say by itself: is each program there, and may a converter read what is named? `root` is the
// whole file.
void check_command_files(const Config&, const TomlValue& root, FileFaults&);

}  // namespace mugaika
