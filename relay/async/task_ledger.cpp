#include "relay/async/task_ledger.hpp"

#include <algorithm>
#include <list>
#include <mutex>
#include <utility>

namespace mugaika {

struct TaskLedger::Task::Row {
    std::string name;
    std::optional<Clock::duration> at_least_every;
    Clock::time_point came_round;  // when its last round ended, however it did
    std::optional<Clock::time_point> failed_at;
    std::string why;
    bool finished = false;
    bool ended = false;
};

struct TaskLedger::Task::State {
    explicit State(Say s) : say(std::move(s)) {}

    void fault(const std::string& where, std::string_view why, Row* row) noexcept;

    Say say;
    mutable std::mutex mutex;
    std::list<std::shared_ptr<Row>> rows;
    std::map<std::string, std::uint64_t> faults;
    // Of what is no task: when, and the words. One for each name, and names are ours.
    std::map<std::string, std::pair<Clock::time_point, std::string>> noted;
};

// Noting a fault must not be one: who has no memory for its words still has it counted, or is told by the task's end.
void TaskLedger::Task::State::fault(const std::string& where, std::string_view why, Row* row) noexcept {
    try {
        bool is_new = true;
        {
            const std::lock_guard lock(mutex);
            ++faults[where];
            const auto now = Clock::now();
            if (row != nullptr) {
                is_new = !row->failed_at || row->why != why;
                row->failed_at = now;
                row->why = why;
            } else {
                auto& [when, words] = noted[where];
                is_new = words != why || now - when > shown_for;
                when = now;
                words = why;
            }
        }
        if (is_new && say) say(where, std::string(why));
    } catch (...) {
    }
}

TaskLedger::TaskLedger(Say say) : state_(std::make_shared<Task::State>(std::move(say))) {}

TaskLedger::Task TaskLedger::begin(std::string name, std::optional<Clock::duration> at_least_every) {
    auto row = std::make_shared<Task::Row>();
    row->name = std::move(name);
    row->at_least_every = at_least_every;
    row->came_round = Clock::now();
    const std::lock_guard lock(state_->mutex);
    state_->faults.emplace(row->name, 0);
    state_->rows.push_back(row);
    return {state_, std::move(row)};
}

void TaskLedger::note(const std::string& where, std::string_view why) noexcept { state_->fault(where, why, nullptr); }

std::vector<std::string> TaskLedger::not_running(Clock::time_point now) const {
    std::vector<std::string> lines;
    const std::lock_guard lock(state_->mutex);
    for (const auto& row : state_->rows) {
        const bool has_events = !row->at_least_every;
        const std::string why = row->failed_at ? ": " + row->why : "";
        if (row->ended) {
            lines.push_back("the task " + row->name + " has ended" + why);
        } else if (!has_events && now - row->came_round > *row->at_least_every) {
            const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(now - row->came_round).count();
            lines.push_back("the task " + row->name + " has not come round for " + std::to_string(seconds) + " s");
        } else if (!has_events && row->failed_at) {
            lines.push_back("the task " + row->name + " fails" + why);
        }
    }
    return lines;
}

std::vector<std::string> TaskLedger::lately(Clock::time_point now) const {
    std::vector<std::string> lines;
    const std::lock_guard lock(state_->mutex);
    for (const auto& row : state_->rows) {
        const bool shown = !row->ended && !row->at_least_every && row->failed_at && now - *row->failed_at < shown_for;
        if (shown) lines.push_back("a fault in " + row->name + ": " + row->why);
    }
    for (const auto& [where, fault] : state_->noted) {
        if (now - fault.first < shown_for) lines.push_back("a fault in " + where + ": " + fault.second);
    }
    return lines;
}

std::map<std::string, std::uint64_t> TaskLedger::faults() const {
    const std::lock_guard lock(state_->mutex);
    return state_->faults;
}

TaskLedger::Task::~Task() {
    if (!row_) return;  // moved from
    const std::lock_guard lock(state_->mutex);
    row_->ended = !row_->finished;
    if (row_->finished) state_->rows.remove(row_);
}

void TaskLedger::Task::round_ended() noexcept {
    const std::lock_guard lock(state_->mutex);
    row_->came_round = Clock::now();
    row_->failed_at.reset();
}

void TaskLedger::Task::round_failed(std::string_view why) noexcept {
    state_->fault(row_->name, why, row_.get());
    const std::lock_guard lock(state_->mutex);
    row_->came_round = Clock::now();
}

void TaskLedger::Task::finished() noexcept {
    const std::lock_guard lock(state_->mutex);
    row_->finished = true;
}

}  // namespace mugaika
