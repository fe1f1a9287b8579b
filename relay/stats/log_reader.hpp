// Reads event logs line by line with bounded memory. A line that is no event is counted and said, never fatal: logs are
// cut by full disks and rotations.
#pragma once

#include <boost/json/fwd.hpp>
#include <cstdint>
#include <functional>
#include <istream>
#include <string>

namespace mugaika {

inline constexpr std::size_t log_line_bytes_max = 16u << 20;  // longer lines count as broken

struct LogReading {
    std::uint64_t lines = 0;
    std::uint64_t broken = 0;
    std::string first_broken;  // "FILE:LINE"
};

// Calls `take` for each line that is a JSON object with "time" and "event". Empty lines are passed over.
void read_log(std::istream&, const std::string& name, const std::function<void(const boost::json::object&)>& take,
              LogReading&);

// The text of a member, "" when it is missing or no string.
std::string_view text_in(const boost::json::object&, std::string_view key) noexcept;
std::uint64_t number_in(const boost::json::object&, std::string_view key) noexcept;  // 0 likewise

}  // namespace mugaika
