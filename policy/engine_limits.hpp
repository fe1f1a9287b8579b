// What one conversion by an engine may cost. Reached: the file stays quarantined as engine_failed; nothing of the
// engine lives on (FILES.md 5).
#pragma once

#include <chrono>
#include <cstdint>

namespace mugaika {

struct EngineLimits {
    std::chrono::seconds wall_clock{60};      // of the converter, from its start; the same of CPU time
    std::chrono::seconds grace{30};           // beside it: starting, ending every process of it, copying
    std::uint64_t memory_bytes = 2ull << 30;  // address space; LibreOffice needs 0.7 GB before it has read a byte
    std::uint64_t disk_bytes = 512u << 20;    // of all its files together; of a single one half of it
    std::uint64_t out_bytes_max = 50u << 20;  // of what it makes
    friend bool operator==(const EngineLimits&, const EngineLimits&) = default;
};

}  // namespace mugaika
