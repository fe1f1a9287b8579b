#include "relay/stats/log_reader.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <future>
#include <thread>
#include <utility>
#include <vector>

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

// Lines behind one another, as many as make a good piece of work for one thread.
struct Block {
    struct Line {
        std::uint64_t number;  // in its log, from 1
        std::size_t begin, length;
        bool too_long;
    };
    std::string text;
    std::vector<Line> lines;
};
constexpr std::size_t block_bytes = 256u << 10;

struct ParsedLine {
    std::uint64_t number;
    Result<ReadEvent> event;
};

std::vector<ParsedLine> parsed(const Block& block) {
    EventReader events;
    std::vector<ParsedLine> all;
    all.reserve(block.lines.size());
    for (const Block::Line& line : block.lines) {
        if (line.too_long) {
            const std::string words = "it is longer than " + std::to_string(log_line_bytes_max);
            all.push_back({line.number, Error(Fault::bad_input, words)});
        } else {
            all.push_back({line.number, events.read(std::string_view(block.text).substr(line.begin, line.length))});
        }
    }
    return all;
}

// Reads lines into blocks, has some of them parsed beside each other, and hands their events over in order.
class BlockReader {
public:
    BlockReader(std::string name, const Take& take, LogReading& reading)
        : name_(std::move(name)), take_(take), reading_(reading) {}

    void add(const Lines& lines, std::uint64_t number) {
        block_.lines.push_back({number, block_.text.size(), lines.line().size(), lines.too_long()});
        if (!lines.too_long()) block_.text += lines.line();
        if (block_.text.size() >= block_bytes) start();
    }
    void finish() {
        start();
        while (!under_way_.empty()) hand_over();
    }

private:
    void start() {
        if (block_.lines.empty()) return;
        const std::size_t threads = std::clamp(std::thread::hardware_concurrency(), 1u, threads_max);
        if (under_way_.size() > threads) hand_over();
        under_way_.push_back(
            std::async(std::launch::async, [block = std::exchange(block_, {})] { return parsed(block); }));
    }
    void hand_over() {
        const std::vector<ParsedLine> lines = under_way_.front().get();
        under_way_.pop_front();
        for (const ParsedLine& line : lines) {
            ++reading_.lines;
            if (!line.event) {
                blame(line);
                continue;
            }
            if (reading_.first_time.empty()) reading_.first_time = line.event->time;
            reading_.last_time = line.event->time;
            take_(*line.event);
        }
    }
    void blame(const ParsedLine& line) {
        if (++reading_.broken > 1) return;
        reading_.first_broken = name_ + ":" + std::to_string(line.number) + ": " + line.event.error().words();
    }

    static constexpr unsigned threads_max = 8;

    const std::string name_;
    const Take& take_;
    LogReading& reading_;
    Block block_;
    std::deque<std::future<std::vector<ParsedLine>>> under_way_;
};

}  // namespace

// What stands before a fault is handed over all the same.
Result<void> read_log(std::istream& in, const std::string& name, const Take& take, LogReading& reading) {
    Lines lines(in, name);
    BlockReader blocks(name, take, reading);
    auto more = lines.next();
    for (std::uint64_t number = 1; more && *more; ++number, more = lines.next()) {
        if (!lines.line().empty()) blocks.add(lines, number);
    }
    blocks.finish();
    if (!more) return more.error();
    return {};
}

Result<std::optional<Moment>> first_event_time(std::istream& in, const std::string& name) {
    Lines lines(in, name);
    EventReader events;
    auto more = lines.next();
    for (; more && *more; more = lines.next()) {
        if (lines.too_long()) continue;
        if (const Result<ReadEvent> event = events.read(lines.line())) return std::optional(event->moment);
    }
    if (!more) return more.error();
    return std::optional<Moment>();
}

}  // namespace mugaika
