// How far long work is, on one line of a terminal that is written again and again, and wiped in the end.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <ostream>
#include <string>

namespace mugaika::ctl {

// "読込 / reading: 42 %, 残り約 / left: about 12 s"; without the time as long as nothing can be said of it.
std::string progress_words(std::uint64_t done, std::uint64_t all, std::chrono::milliseconds elapsed);

// Nothing is written before work has taken a second, or where `is_shown` is false.
class Progress {
public:
    using Clock = std::chrono::steady_clock;

    Progress(std::ostream& out, bool is_shown, std::uint64_t all, Clock::time_point began = Clock::now())
        : out_(out), is_shown_(is_shown && all > 0), all_(all), began_(began) {}
    Progress(const Progress&) = delete;
    ~Progress();

    // As often as one likes; the line changes a few times a second.
    void show(std::uint64_t done, Clock::time_point now = Clock::now());

private:
    std::ostream& out_;
    const bool is_shown_;
    const std::uint64_t all_;
    const Clock::time_point began_;
    std::optional<Clock::time_point> last_;
};

}  // namespace mugaika::ctl
