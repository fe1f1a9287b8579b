// The log's file with the right to write into it, for writers beside the relay and for what closes a log: they take
// turns by a lock on the file. The relay itself never waits for it.
//
// Whoever has a turn has the file that stands at the path: nobody who takes turns writes into one that was moved away.
#pragma once

#include <string>

#include "policy/result.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {

// Opened for appending, created 0640. Locked until it is closed. Fault::busy when others keep it for half a minute.
Result<FileDescriptor> take_log_turn(const std::string& path);

// Opens a log for appending, as above, without a turn.
Result<FileDescriptor> open_log_file(const std::string& path);

}  // namespace mugaika
