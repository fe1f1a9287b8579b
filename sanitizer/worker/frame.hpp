// The frame around every word between the relay and a process that it started.
//
//   frame  = u32 length of the payload, u32 kind, payload
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "policy/result.hpp"

namespace mugaika {

inline constexpr std::size_t frame_header_bytes = 8;
inline constexpr std::size_t job_bytes_max = 1u << 20;  // payload; no process takes a longer job
enum class FrameKind : std::uint32_t {
    job = 'J',            // to a worker
    extract = 'X',        // from it
    file_job = 'R',       // to a codec worker
    file_answer = 'F',    // from it
    check_job = 'C',      // to a checker
    check_answer = 'V',   // from it
    engine_job = 'E',     // to an engine's launcher
    engine_answer = 'A',  // from it
};

// The length of the payload that follows, or an Error when the header is not that of `expected` or exceeds the limit.
Result<std::size_t> decode_frame_header(std::string_view eight_bytes, FrameKind expected,
                                        std::size_t payload_bytes_max);

}  // namespace mugaika
