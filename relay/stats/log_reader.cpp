#include "relay/stats/log_reader.hpp"

#include <algorithm>
#include <deque>
#include <future>
#include <thread>
#include <utility>
#include <vector>

#include "relay/stats/log_lines.hpp"

namespace mugaika {
namespace {

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
    LineInChain in_chain = {};
};

std::vector<ParsedLine> parsed(const Block& block, bool with_chain) {
    EventReader events;
    std::vector<ParsedLine> all;
    all.reserve(block.lines.size());
    for (const Block::Line& line : block.lines) {
        if (line.too_long) {
            const std::string words = "it is longer than " + std::to_string(log_line_bytes_max);
            all.push_back({line.number, Error(Fault::bad_input, words)});
        } else {
            const std::string_view text = std::string_view(block.text).substr(line.begin, line.length);
            all.push_back({line.number, events.read(text), with_chain ? LineInChain::of(text) : LineInChain()});
        }
    }
    return all;
}

// Reads lines into blocks, has some of them parsed beside each other, and hands their events over in order.
class BlockReader {
public:
    BlockReader(std::string name, const Take& take, LogReading& reading, ChainCheck* chain)
        : name_(std::move(name)), take_(take), reading_(reading), chain_(chain) {}

    void add(const LogLines& lines, std::uint64_t number) {
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
        under_way_.push_back(std::async(
            std::launch::async,
            [block = std::exchange(block_, {}), with_chain = chain_ != nullptr] { return parsed(block, with_chain); }));
    }
    void hand_over() {
        const std::vector<ParsedLine> lines = under_way_.front().get();
        under_way_.pop_front();
        for (const ParsedLine& line : lines) {
            ++reading_.lines;
            if (chain_ != nullptr) chain_->take(name_, line.number, line.in_chain);
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
    ChainCheck* const chain_;
    Block block_;
    std::deque<std::future<std::vector<ParsedLine>>> under_way_;
};

}  // namespace

// What stands before a fault is handed over all the same.
Result<void> read_log(std::istream& in, const std::string& name, const Take& take, LogReading& reading,
                      ChainCheck* chain) {
    LogLines lines(in, name);
    BlockReader blocks(name, take, reading, chain);
    auto more = lines.next();
    for (std::uint64_t number = 1; more && *more; ++number, more = lines.next()) {
        if (!lines.line().empty()) blocks.add(lines, number);
    }
    blocks.finish();
    if (!more) return more.error();
    return {};
}

Result<std::optional<Moment>> first_event_time(std::istream& in, const std::string& name) {
    LogLines lines(in, name);
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
