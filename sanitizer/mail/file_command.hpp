// A program of the administrator's that makes a known kind of file of one that nobody here reads: a table of
// [[relay.engines.command]]. It runs in the launcher of engines, and what it writes is as hostile as what it read.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "policy/engine_limits.hpp"
#include "policy/part_facts.hpp"
#include "sanitizer/mail/safe_kind.hpp"

namespace mugaika {

struct FileCommand {
    // Which files: of one of these kinds, and, where types or suffixes are named, of one of those.
    std::uint16_t kinds = 0;            // bit n: the PartKind with number n
    std::vector<std::string> types;     // as the bytes say, lower case
    std::vector<std::string> suffixes;  // ".dbf", lower case

    std::string program;                 // absolute
    std::vector<std::string> arguments;  // behind its name
    std::vector<std::string> readable;   // absolute; beside its own file and /usr
    std::uint32_t processes = 0;         // that its user may have; 0: it makes threads alone
    EngineLimits limits;
    SafeKind makes = SafeKind::text;  // what it writes to its standard output

    bool takes(const PartFacts&) const noexcept;
    friend bool operator==(const FileCommand&, const FileCommand&) = default;
};
using FileCommands = std::vector<FileCommand>;

// The first that takes it; nullptr: none.
const FileCommand* command_for(const FileCommands&, const PartFacts&) noexcept;

// Is there a file that both take, as far as their words tell?
bool have_files_in_common(const FileCommand&, const FileCommand&) noexcept;

// The kind of a part that such a file is.
PartKind part_kind_of(SafeKind) noexcept;

}  // namespace mugaika
