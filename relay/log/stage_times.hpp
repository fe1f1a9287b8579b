// How long a mail was in each stage of its life, by a steady clock: for the event that ends it (`worker_us` …) and for
// mugaika_stage_seconds. A value without memory of its own.
//
// MEASURED, by the names of policy/matrix.hpp; what a mail did not come to is not there, what it came to twice adds up:
//   recipient   its recipients were asked about at the next hop
//   data        from the answer to DATA to the end of the content
//   worker      from wanting a worker to its answer
//   quarantine  from handing the original over to its being durable
//   compose     composer and gate
//   deliver     the next hop's transaction, waiting for a connection included
//   total       from the end of the content to the answer; for a release, the whole try
#pragma once

#include <array>
#include <chrono>
#include <optional>

#include "policy/matrix.hpp"

namespace mugaika {

class StageTimes {
public:
    using Clock = std::chrono::steady_clock;
    using Time = std::chrono::microseconds;

    static constexpr std::array measured{Stage::recipient,  Stage::data,    Stage::worker,
                                         Stage::quarantine, Stage::compose, Stage::deliver};

    // Only stages that are measured are kept.
    void add(Stage stage, Time time) noexcept {
        for (std::size_t i = 0; i < measured.size(); ++i) {
            if (measured[i] == stage) times_[i] = times_[i].value_or(Time::zero()) + time;
        }
    }
    void end(Stage stage, Clock::time_point began) noexcept { add(stage, since(began)); }
    void end_total(Clock::time_point began) noexcept { total_ = since(began); }
    void set_total(Time time) noexcept { total_ = time; }

    std::optional<Time> of(Stage stage) const noexcept {
        for (std::size_t i = 0; i < measured.size(); ++i) {
            if (measured[i] == stage) return times_[i];
        }
        return std::nullopt;
    }
    std::optional<Time> total() const noexcept { return total_; }

private:
    static Time since(Clock::time_point began) noexcept {
        return std::chrono::duration_cast<Time>(Clock::now() - began);
    }

    std::array<std::optional<Time>, measured.size()> times_{};
    std::optional<Time> total_;
};

}  // namespace mugaika
