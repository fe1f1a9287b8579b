// Moments in time as administrators write and read them, in the time zone in which the process lives.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mugaika {

using Moment = std::chrono::system_clock::time_point;

// Since 1970; 0 for what was before.
std::uint64_t unix_seconds(Moment) noexcept;

// "2026-11-20T09:15:02.123+09:00"; the second form is for people: "2026-11-20 09:15:02 JST".
std::string rfc3339(Moment);
std::string local_time_text(Moment);

// RFC 3339 with an offset or "Z", in the years 1970 to 2200 (a Moment holds few more); fractions of a second are read
// to the millisecond. Nothing for anything else.
std::optional<Moment> moment_from_rfc3339(std::string_view);

}  // namespace mugaika
