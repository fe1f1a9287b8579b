#include "relay/stats/log_reader.hpp"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <thread>
#include <utility>
#include <vector>

#include "relay/stats/log_blocks.hpp"
#include "relay/stats/log_lines.hpp"

namespace mugaika {
namespace {

using Take = std::function<void(const ReadEvent&)>;

struct ParsedLine {
    std::uint64_t number;  // in its block, from 0
    ReadEvent event;       // unless there is a fault
    LineInChain in_chain;  // where somebody asks for it
    std::optional<Error> fault;
};

// One block on its way: read and parsed by one of the threads, taken. It is used again and again, and what it holds is
// freed by one of them too, or they would wait for the memory of whoever takes it.
struct Work {
    bool is_parsed = false;
    LogBlock block;
    std::vector<ParsedLine> lines;  // the first `used`; the others keep their memory for the next block
    std::size_t used = 0;
    std::uint64_t line_count = 0;  // empty ones too

    ParsedLine& add_line() {
        if (used == lines.size()) lines.emplace_back();
        ParsedLine& line = lines[used++];
        line.number = line_count;
        line.fault.reset();
        line.in_chain = {};
        return line;
    }
};

void parse(std::string_view text, EventReader& events, bool with_chain, ParsedLine& into) {
    const auto read = events.read_padded(text, into.event);
    if (!read) into.fault = read.error();
    if (with_chain) into.in_chain = LineInChain::of(text);
}

void parse(Work& work, EventReader& events, bool with_chain) {
    work.used = 0;
    work.line_count = 0;
    if (work.block.is_too_long_line()) {
        const std::string words = "it is longer than " + std::to_string(log_line_bytes_max);
        work.add_line().fault = Error(Fault::bad_input, words);
        ++work.line_count;
        return;
    }
    for (std::string_view rest = work.block.text(); !rest.empty(); ++work.line_count) {
        const std::size_t end = std::min(rest.find('\n'), rest.size());
        if (end > 0) parse(rest.substr(0, end), events, with_chain, work.add_line());
        rest.remove_prefix(std::min(end + 1, rest.size()));
    }
}

// The road of the blocks: some threads read them by turns, each parses what it has read while it lies in its cache, and
// whoever asks takes them in the order of the log.
class Road {
public:
    Road(std::istream& in, const std::string& name, LogDetail detail, bool with_chain)
        : blocks_(in, name), detail_(detail), with_chain_(with_chain) {
        const std::size_t parsers = std::clamp(std::thread::hardware_concurrency(), 1u, parsers_max);
        for (std::size_t i = 0; i < works_of_a_parser * parsers; ++i) free_.push_back(std::make_unique<Work>());
        for (std::size_t i = 0; i < parsers; ++i) threads_.emplace_back([this] { guarded(); });
    }
    Road(const Road&) = delete;
    ~Road() {
        {
            const std::lock_guard lock(mutex_);
            is_given_up_ = true;
        }
        freed_.notify_all();
        for (std::thread& thread : threads_) thread.join();
    }

    // The next one, parsed; null at the end, after which end() says how it came.
    std::unique_ptr<Work> take() {
        std::unique_lock lock(mutex_);
        parsed_.wait(
            lock, [&] { return thrown_ != nullptr || (road_.empty() ? end_.has_value() : road_.front()->is_parsed); });
        if (thrown_ != nullptr) std::rethrow_exception(thrown_);
        if (road_.empty()) return nullptr;
        std::unique_ptr<Work> work = std::move(road_.front());
        road_.pop_front();
        return work;
    }
    void give_back(std::unique_ptr<Work> work) {
        {
            const std::lock_guard lock(mutex_);
            free_.push_back(std::move(work));
        }
        freed_.notify_one();
    }
    const Result<void>& end() const { return *end_; }

private:
    // What a thread throws (there is too little memory) is thrown by take().
    void guarded() {
        try {
            read_and_parse();
        } catch (...) {
            {
                const std::lock_guard lock(mutex_);
                thrown_ = std::current_exception();
                is_given_up_ = true;
            }
            parsed_.notify_one();
            freed_.notify_all();
        }
    }

    void read_and_parse() {
        EventReader events(detail_);
        while (Work* const work = read()) {
            parse(*work, events, with_chain_);
            bool is_waited_for = false;
            {
                const std::lock_guard lock(mutex_);
                work->is_parsed = true;
                is_waited_for = !road_.empty() && road_.front().get() == work;
            }
            if (is_waited_for) parsed_.notify_one();
        }
    }

    // The next block, on the road; null when there is none.
    Work* read() {
        const std::lock_guard turn(reading_);
        std::unique_ptr<Work> work = take_free();
        if (work == nullptr) return nullptr;
        const auto more = blocks_.next(work->block);
        const bool is_block = more && *more;
        work->is_parsed = false;
        Work* const read = work.get();
        {
            const std::lock_guard lock(mutex_);
            if (!more) end_ = more.error();
            if (more && !*more) end_ = Result<void>();
            (is_block ? road_ : free_).push_back(std::move(work));
        }
        if (is_block) return read;
        parsed_.notify_one();
        return nullptr;
    }
    std::unique_ptr<Work> take_free() {
        std::unique_lock lock(mutex_);
        freed_.wait(lock, [&] { return is_given_up_ || end_ || !free_.empty(); });
        if (is_given_up_ || end_) return nullptr;
        std::unique_ptr<Work> work = std::move(free_.back());
        free_.pop_back();
        return work;
    }

    static constexpr unsigned parsers_max = 8;
    static constexpr std::size_t works_of_a_parser = 3;  // one in hand, others wait for those before them

    std::mutex reading_;  // whose turn it is to read; locked before the other
    LogBlocks blocks_;
    const LogDetail detail_;
    const bool with_chain_;
    std::mutex mutex_;
    std::condition_variable parsed_, freed_;
    std::deque<std::unique_ptr<Work>> free_, road_;  // of the road: in the order of the log
    std::optional<Result<void>> end_;
    std::exception_ptr thrown_;
    bool is_given_up_ = false;
    std::vector<std::thread> threads_;
};

}  // namespace

// What stands before a fault is handed over all the same.
Result<void> read_log(std::istream& in, const std::string& name, const Take& take, LogReading& reading,
                      LogDetail detail, ChainCheck* chain) {
    Road road(in, name, detail, chain != nullptr);
    std::uint64_t lines_before = 0;
    while (std::unique_ptr<Work> work = road.take()) {
        const ReadEvent* last = nullptr;
        for (const ParsedLine& line : std::span(work->lines).first(work->used)) {
            ++reading.lines;
            const std::uint64_t number = lines_before + line.number + 1;
            if (chain != nullptr) chain->take(name, number, line.in_chain);
            if (line.fault) {
                if (++reading.broken > 1) continue;
                reading.first_broken = name + ":" + std::to_string(number) + ": " + line.fault->words();
                continue;
            }
            last = &line.event;
            if (reading.first_time.empty()) reading.first_time = last->time;
            take(*last);
        }
        if (last != nullptr) reading.last_time = last->time;
        lines_before += work->line_count;
        road.give_back(std::move(work));
    }
    return road.end();
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
