// The words between relay and worker, and the only code that turns them into values. Little-endian, length-prefixed,
// no pointers, no recursion. Decoding makes every value by its checking constructor, so a decoded Extract holds only
// plain text, strict addresses, known reasons and well-formed paths; what does not fit is an Error (protocol) and the
// worker counts as nonsense.
//
//   frame  = u32 length of the payload, u32 kind ('J' job, 'X' extract), payload
//   string = u32 length, bytes;   list = u32 count, items
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "policy/policy.hpp"
#include "policy/result.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/job.hpp"

namespace mugaika {

inline constexpr std::size_t frame_header_bytes = 8;
inline constexpr std::size_t job_bytes_max = 1u << 20;  // payload; a worker takes no longer job
enum class FrameKind : std::uint32_t { job = 'J', extract = 'X' };

std::string encode_job(const Job&);  // a whole frame
Result<Job> decode_job(std::string_view payload);
std::string encode_extract(const Extract&);  // a whole frame
Result<Extract> decode_extract(std::string_view payload);

// The length of the payload that follows, or an Error when the header is not that of `expected` or exceeds the limit.
Result<std::size_t> decode_frame_header(std::string_view eight_bytes, FrameKind expected,
                                        std::size_t payload_bytes_max);

}  // namespace mugaika
