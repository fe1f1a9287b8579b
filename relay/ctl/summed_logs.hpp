// Counts in logs, of which the closed files are read only once for a question (relay/stats/summary.hpp).
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relay/ctl/log_input.hpp"
#include "relay/stats/state_io.hpp"
#include "relay/stats/summary.hpp"

namespace mugaika::ctl {

template <class Counter>
struct Summed {
    std::unique_ptr<Counter> counter;
    LogReading reading = {};

    template <class Self, class Io>
    static void state(Self& self, Io& io) {  // state_io.hpp
        io(*self.counter, self.reading);
    }
};

class SummedLogs {
public:
    // `written`: the configured log, beside which summaries may lie; "": they are neither used nor kept.
    SummedLogs(const std::vector<LogFile>& logs, const TimeRange& range, std::string written)
        : logs_(logs), range_(range), written_(std::move(written)) {}

    // `begin` makes a counter that has seen nothing; together with the range `question` says all that it depends on.
    // Fails as read_logs does.
    template <class Begin, class Counter = typename std::invoke_result_t<Begin>::element_type>
    Result<Summed<Counter>> read(const std::string& question, const Begin& begin, LogDetail detail,
                                 Terminal& terminal) const {
        Summed<Counter> summed{begin()};
        ReadOn on;
        const auto summary = summary_for(question);
        const auto found = summary ? summary->find() : std::nullopt;
        if (found && take_state(found->state, summed)) {
            on.files = found->files;
            on.reading = summed.reading;
        } else {
            summed = {begin()};
        }
        on.after_file = [&](std::size_t files, const LogReading& reading) {
            if (!summary || files != summary->closed()) return;
            summed.reading = reading;
            summary->keep(state_of(summed));
        };
        const auto take = [&summed](const ReadEvent& event) { summed.counter->take(event); };
        auto reading = read_logs(logs_, take, terminal, detail, nullptr, std::move(on));
        if (!reading) return reading.error();
        summed.reading = std::move(*reading);
        return summed;
    }

private:
    std::optional<Summary> summary_for(const std::string& question) const {
        if (written_.empty()) return std::nullopt;
        const auto text = [](const std::optional<Moment>& moment) { return moment ? rfc3339(*moment) : "any"; };
        return Summary(written_, text(range_.since) + "\n" + text(range_.until) + "\n" + question, logs_);
    }

    const std::vector<LogFile>& logs_;
    const TimeRange& range_;
    const std::string written_;
};

}  // namespace mugaika::ctl
