// The lines of a file from its end to its beginning, with bounded memory.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/result.hpp"

namespace mugaika {

class LinesBackward {
public:
    // Begins before `end`; the file must stay open. What stands behind the last line feed is no line yet.
    LinesBackward(int file, std::uint64_t end) : file_(file), from_(end) {}

    // False at the beginning of the file. A line that is longer than readers take is passed over: a power cut leaves
    // such things. Fails with Fault::io.
    Result<bool> next();
    std::string_view line() const noexcept { return line_; }

private:
    Result<std::size_t> read_more();  // bytes in front of what was there

    static constexpr std::size_t chunk_bytes = 256u << 10;
    static constexpr std::size_t line_bytes_max = 16u << 20;

    int file_;
    std::uint64_t from_;  // where text_ begins in the file
    std::string text_;    // what was read and not handed out yet
    bool begun_ = false;  // the piece behind the last line feed was passed over, or the rest of what is too long
    bool is_done_ = false;
    std::string line_;
};

}  // namespace mugaika
