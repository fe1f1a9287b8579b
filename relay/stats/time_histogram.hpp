// Many times in little memory, for percentiles: sixteen classes for each power of two, so that what is told is at most
// a thirty-second off (3 %). A value of 300 bytes or so for mails of one kind.
#pragma once

#include <chrono>
#include <cstdint>
#include <utility>
#include <vector>

namespace mugaika {

class TimeHistogram {
public:
    using Time = std::chrono::microseconds;

    void add(Time);
    TimeHistogram& operator+=(const TimeHistogram&);
    std::uint64_t count() const noexcept { return count_; }

    // The time that `share` of all (0 to 1) do not exceed: the middle of its class. Zero of nothing.
    Time percentile(double share) const noexcept;

    // state_io.hpp
    template <class Self, class Io>
    static void state(Self& self, Io& io) {
        io(self.classes_);
        if constexpr (Io::reads) self.check(io);
    }

private:
    template <class Io>
    void check(Io& io) {
        count_ = 0;
        int last = -1;
        for (const auto& [place, times] : classes_) {
            io.must(place > last && place <= class_of(Time::max()));
            last = place;
            count_ += times;
        }
    }
    void add(std::uint16_t place, std::uint64_t times);
    static std::uint16_t class_of(Time) noexcept;
    static Time middle_of(std::uint16_t) noexcept;

    std::vector<std::pair<std::uint16_t, std::uint64_t>> classes_;  // by class; those that have any
    std::uint64_t count_ = 0;
};

}  // namespace mugaika
