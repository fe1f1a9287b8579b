// The words between the relay and the processes that rebuild and check files; rules as in wire.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "sanitizer/mail/file_job.hpp"
#include "sanitizer/worker/frame.hpp"

namespace mugaika {

std::string encode_file_job(const FileJob&);  // a whole frame
Result<FileJob> decode_file_job(std::string_view payload);
std::string encode_file_answers(const FileAnswers&);  // a whole frame
Result<FileAnswers> decode_file_answers(std::string_view payload);

std::string encode_check_job(const CheckJob&);  // a whole frame
Result<CheckJob> decode_check_job(std::string_view payload);

// What a checker says of one file: pages, or what was wrong (cut where the words are too long).
struct CheckSaid {
    SafeKind kind;
    std::string sha256;
    Result<std::uint32_t> pages;
};
std::string encode_check_answers(const std::vector<CheckSaid>&);  // a whole frame
// One for each file of the job, in its order. Fails with Fault::protocol when there are more or fewer.
Result<std::vector<CheckAnswer>> decode_check_answers(std::string_view payload, std::size_t files);

}  // namespace mugaika
