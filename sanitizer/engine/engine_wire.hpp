// The words between the relay and mugaika-engine; rules as in sanitizer/worker/wire.hpp.
#pragma once

#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "sanitizer/engine/engine_job.hpp"

namespace mugaika {

inline constexpr std::size_t engine_answer_bytes_max = 4096;  // payload

std::string encode_engine_job(const EngineJob&);  // a whole frame
Result<EngineJob> decode_engine_job(std::string_view payload);
std::string encode_engine_answer(const EngineAnswer&);  // a whole frame
Result<EngineAnswer> decode_engine_answer(std::string_view payload);

}  // namespace mugaika
