// The words between the relay and the processes that rebuild and check files; rules as in wire.hpp.
#pragma once

#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "sanitizer/mail/file_job.hpp"
#include "sanitizer/worker/frame.hpp"

namespace mugaika {

std::string encode_file_job(const FileJob&);  // a whole frame
Result<FileJob> decode_file_job(std::string_view payload);
std::string encode_file_answer(const FileAnswer&);  // a whole frame
Result<FileAnswer> decode_file_answer(std::string_view payload);

std::string encode_check_job(const CheckJob&);  // a whole frame
Result<CheckJob> decode_check_job(std::string_view payload);

// What a checker says: pages, or in `words` what was wrong (cut where they are too long).
std::string encode_check_answer(SafeKind, std::string_view sha256, const Result<std::uint32_t>& pages);
Result<CheckAnswer> decode_check_answer(std::string_view payload);

}  // namespace mugaika
