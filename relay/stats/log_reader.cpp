#include "relay/stats/log_reader.hpp"

#include <algorithm>
#include <array>
#include <cstring>

#include "relay/stats/log_source.hpp"

namespace mugaika {
namespace {

// Cuts a log into lines; what of a line exceeds the limit is dropped and the line marked.
class Lines {
public:
    Lines(std::istream& in, const std::string& name) : source_(in, name) {}

    // False at the end.
    Result<bool> next() {
        line_.clear();
        too_long_ = false;
        bool any = false;
        for (bool ended = false; !ended;) {
            if (begin_ == end_) {
                const auto filled = fill();
                if (!filled) return filled.error();
                if (end_ == 0) break;
            }
            any = true;
            ended = take_up_to_newline();
        }
        return any;
    }
    const std::string& line() const noexcept { return line_; }
    bool too_long() const noexcept { return too_long_; }

private:
    Result<void> fill() {
        begin_ = end_ = 0;
        const auto made = source_.read(chunk_);
        if (!made) return made.error();
        end_ = *made;
        return {};
    }
    bool take_up_to_newline() {
        const char* from = chunk_.data() + begin_;
        const auto* newline = static_cast<const char*>(std::memchr(from, '\n', end_ - begin_));
        const std::size_t length = newline != nullptr ? static_cast<std::size_t>(newline - from) : end_ - begin_;
        append(from, length);
        begin_ += length + (newline != nullptr ? 1 : 0);
        return newline != nullptr;
    }
    void append(const char* from, std::size_t length) {
        const std::size_t room = log_line_bytes_max - line_.size();
        too_long_ = too_long_ || length > room;
        line_.append(from, std::min(length, room));
    }

    LogSource source_;
    std::array<char, 65536> chunk_{};
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
    std::string line_;
    bool too_long_ = false;
};

using Take = std::function<void(const ReadEvent&)>;

Result<void> take_line(const Lines& lines, EventReader& events, const Take& take) {
    if (lines.too_long()) return Error(Fault::bad_input, "it is longer than " + std::to_string(log_line_bytes_max));
    const Result<ReadEvent> event = events.read(lines.line());
    if (!event) return event.error();
    take(*event);
    return {};
}

}  // namespace

Result<void> read_log(std::istream& in, const std::string& name, const Take& take, LogReading& reading) {
    Lines lines(in, name);
    EventReader events;
    const Take take_and_note = [&](const ReadEvent& event) {
        if (reading.first_time.empty()) reading.first_time = event.time;
        reading.last_time = event.time;
        take(event);
    };
    auto more = lines.next();
    for (std::uint64_t number = 1; more && *more; ++number, more = lines.next()) {
        if (lines.line().empty()) continue;
        ++reading.lines;
        const auto taken = take_line(lines, events, take_and_note);
        if (taken) continue;
        if (++reading.broken == 1) {
            reading.first_broken = name + ":" + std::to_string(number) + ": " + taken.error().words();
        }
    }
    if (!more) return more.error();
    return {};
}

Result<std::optional<Moment>> first_event_time(std::istream& in, const std::string& name) {
    Lines lines(in, name);
    EventReader events;
    std::optional<Moment> first;
    const Take note = [&first](const ReadEvent& event) { first = event.moment; };
    auto more = lines.next();
    for (; more && *more && !first; more = lines.next()) take_line(lines, events, note);
    if (!more) return more.error();
    return first;
}

}  // namespace mugaika
