// Cuts a log, plain or packed, into blocks of whole lines: each a good piece of work for one thread. Of a line that
// exceeds the limit nothing is kept but that it was there.
#pragma once

#include <istream>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "relay/stats/log_lines.hpp"
#include "relay/stats/log_source.hpp"

namespace mugaika {

// Its memory can be used again for the next block.
class LogBlock {
public:
    std::string_view text() const noexcept { return {bytes_.data(), filled_}; }  // the last line may lack its end
    bool is_too_long_line() const noexcept { return is_too_long_line_; }         // one line, and no text

    static constexpr std::size_t bytes = 128u << 10;  // usual size; fits into a cache
    static constexpr std::size_t padding = 64;        // behind the text, for a parser that reads further than the end

private:
    friend class LogBlocks;
    std::vector<char> bytes_;
    std::size_t filled_ = 0;
    bool is_too_long_line_ = false;
};

class LogBlocks {
public:
    LogBlocks(std::istream& in, const std::string& name) : source_(in, name) {}

    // False at the end. Fails as LogSource does; whole lines before the fault were in earlier blocks or are in this
    // one, and the call after it fails.
    Result<bool> next(LogBlock&);

private:
    Result<void> fill(LogBlock&);
    bool cut(LogBlock&);
    Result<void> skip_line();

    LogSource source_;
    std::vector<char> rest_;  // what was read behind the last whole line
    bool is_end_ = false;
    std::optional<Error> fault_;
};

}  // namespace mugaika
