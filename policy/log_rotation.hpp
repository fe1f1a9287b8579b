// How the relay keeps the files of its event log ([relay.log_rotation]).
#pragma once

#include <cstdint>

namespace mugaika {

struct LogRotation {
    bool daily = true;                                // a file ends at midnight, by the clock of the log's times
    std::uint64_t size_max = std::uint64_t{1} << 30;  // bytes of one file; 0: any size
    bool compress = true;
    std::uint32_t days = 400;  // closed files that were written last before so many are removed; 0: none
};

// Packs closed files.
inline constexpr const char* log_packer = "/usr/bin/zstd";

}  // namespace mugaika
