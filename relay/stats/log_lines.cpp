#include "relay/stats/log_lines.hpp"

#include <algorithm>
#include <cstring>

namespace mugaika {

Result<bool> LogLines::next() {
    line_.clear();
    too_long_ = ended_ = false;
    bool any = false;
    while (!ended_) {
        if (begin_ == end_) {
            const auto filled = fill();
            if (!filled) return filled.error();
            if (end_ == 0) break;
        }
        any = true;
        ended_ = take_up_to_newline();
    }
    return any;
}

Result<void> LogLines::fill() {
    begin_ = end_ = 0;
    const auto made = source_.read(chunk_);
    if (!made) return made.error();
    end_ = *made;
    return {};
}

bool LogLines::take_up_to_newline() {
    const char* from = chunk_.data() + begin_;
    const auto* newline = static_cast<const char*>(std::memchr(from, '\n', end_ - begin_));
    const std::size_t length = newline != nullptr ? static_cast<std::size_t>(newline - from) : end_ - begin_;
    append(from, length);
    const std::size_t taken = length + (newline != nullptr ? 1 : 0);
    begin_ += taken;
    bytes_ += taken;
    return newline != nullptr;
}

void LogLines::append(const char* from, std::size_t length) {
    const std::size_t room = log_line_bytes_max - line_.size();
    too_long_ = too_long_ || length > room;
    line_.append(from, std::min(length, room));
}

}  // namespace mugaika
