// How the work fares that goes on round by round for as long as the relay does: who failed, who has ended, who has not
// come round for too long. What keep_running() notes here is what /readyz and the metrics say, so that no fault of ours
// is silent. Thread-safe. Tasks may outlive the ledger.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika {

class TaskLedger {
public:
    using Clock = std::chrono::steady_clock;
    // Told of a fault with words that were not the last ones of its task: where, and why. What it throws is lost.
    using Say = std::function<void(const std::string& where, const std::string& why)>;

    // How long a fault of a task that waits for events is shown: nobody knows when its next round will be.
    static constexpr std::chrono::seconds shown_for{60};

    explicit TaskLedger(Say say);

    // One task, for its coroutine to hold. Where it is destroyed without finished(), the task has ended by a fault.
    class Task {
    public:
        Task(Task&&) noexcept = default;
        Task& operator=(Task&&) = delete;
        ~Task();

        void round_ended() noexcept;
        void round_failed(std::string_view why) noexcept;
        void finished() noexcept;  // as it should, because there is nothing more to do

    private:
        friend class TaskLedger;
        struct Row;
        struct State;
        Task(std::shared_ptr<State> state, std::shared_ptr<Row> row) : state_(std::move(state)), row_(std::move(row)) {}
        std::shared_ptr<State> state_;  // shared with the ledger
        std::shared_ptr<Row> row_;      // likewise
    };
    // `at_least_every`: a task whose last round ended longer ago has stopped. Nothing: it waits for events.
    Task begin(std::string name, std::optional<Clock::duration> at_least_every = std::nullopt);

    // A fault of work that is no task, such as one session: counted and said.
    void note(const std::string& where, std::string_view why) noexcept;

    // Work that is not done: a task that has ended or stopped, or whose last round failed and that has no event to wait
    // for. One line each.
    std::vector<std::string> not_running(Clock::time_point now) const;
    // Faults of the last minute that end nothing. One line each.
    std::vector<std::string> lately(Clock::time_point now) const;
    // Since the start, by name; every task has a number.
    std::map<std::string, std::uint64_t> faults() const;

private:
    std::shared_ptr<Task::State> state_;  // shared with the tasks
};

}  // namespace mugaika
