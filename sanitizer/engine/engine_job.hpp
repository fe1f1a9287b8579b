// What is asked of an engine: one process, one job, one file. The file goes to it and comes back beside the frames, as
// sealed memory.
#pragma once

#include <cstdint>
#include <string>

#include "policy/engine_limits.hpp"
#include "sanitizer/mail/office_format.hpp"

namespace mugaika {

struct EngineJob {
    OfficeFormat from = OfficeFormat::doc;
    EngineLimits limits;
};

enum class EngineEnd : std::uint8_t {
    made,     // the file stands beside the answer
    missing,  // the converter is not installed, or cannot be started here
    late,     // it took longer than it may
    failed,   // it died, made nothing, more than one file, too much, or something that is no file
};

// What the launcher says of the converter. Its words are ours, and name neither the file nor anything of it.
struct EngineAnswer {
    EngineEnd end = EngineEnd::failed;
    std::string words;
};

}  // namespace mugaika
