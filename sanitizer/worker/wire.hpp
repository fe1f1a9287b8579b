// The words between relay and worker, and the only code that turns them into values. Little-endian, length-prefixed,
// no pointers, no recursion. Decoding makes every value by its checking constructor, so a decoded Extract holds only
// plain text, strict addresses, known reasons and well-formed paths; what does not fit is an Error (protocol) and the
// worker counts as nonsense.
//
//   string = u32 length, bytes;   list = u32 count, items
#pragma once

#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/mail/job.hpp"
#include "sanitizer/worker/frame.hpp"

namespace mugaika {

std::string encode_job(const Job&);  // a whole frame
Result<Job> decode_job(std::string_view payload);
std::string encode_extract(const Extract&);  // a whole frame
Result<Extract> decode_extract(std::string_view payload);

}  // namespace mugaika
