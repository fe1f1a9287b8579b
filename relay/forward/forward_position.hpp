// How far an output has got in the log: what it has certainly received. A small file beside the log's other state; the
// log itself is the queue.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "policy/result.hpp"

namespace mugaika {

struct ForwardPosition {
    // A file is known by the hash of its first line: renamed, copied or packed it is the same file.
    std::string file;                                           // "": at the beginning of the oldest one
    std::uint64_t offset = 0;                                   // behind the last line, in unpacked bytes
    std::string time;                                           // of the last event, as it stands there; "": none yet
    std::map<std::string, std::uint64_t, std::less<>> numbers;  // last one of each chain, by "host writer"
    std::uint64_t sent = 0;                                     // events, since the output is known
    std::uint64_t missing = 0;      // lines that were not in the log any more when it was their turn
    std::uint64_t passed_over = 0;  // lines that are no event
    std::string fault;              // why the last try failed; "": it did not
    std::string fault_since;        // RFC 3339

    // Durable when it returns. Fails as write_file_durably() does.
    Result<void> write(const std::string& file_name) const;
    // Of a file that is not there: the beginning. Fault::bad_input for one that makes no sense.
    static Result<ForwardPosition> read(const std::string& file_name);
};

std::string forward_folder(std::string_view state_dir);
std::string forward_file(std::string_view state_dir, std::string_view output_name);

}  // namespace mugaika
