// Cuts a log into lines, plain or packed; what of a line exceeds the limit is dropped and the line marked.
#pragma once

#include <array>
#include <cstdint>
#include <istream>
#include <string>

#include "policy/result.hpp"
#include "relay/stats/log_source.hpp"

namespace mugaika {

inline constexpr std::size_t log_line_bytes_max = 16u << 20;  // longer lines count as broken

class LogLines {
public:
    LogLines(std::istream& in, const std::string& name, LogPacking packing = LogPacking::as_it_begins)
        : source_(in, name, packing) {}

    Result<bool> next();  // false at the end
    const std::string& line() const noexcept { return line_; }
    bool too_long() const noexcept { return too_long_; }
    bool ended() const noexcept { return ended_; }           // by a line feed; false: somebody may still be writing it
    std::uint64_t bytes() const noexcept { return bytes_; }  // of all lines so far, unpacked, with their line feeds

private:
    Result<void> fill();
    bool take_up_to_newline();
    void append(const char* from, std::size_t length);

    LogSource source_;
    std::array<char, 65536> chunk_{};
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::string line_;
    std::uint64_t bytes_ = 0;
    bool too_long_ = false;
    bool ended_ = false;
};

}  // namespace mugaika
