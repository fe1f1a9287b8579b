// Counters beside the event log: each event is counted in the function that writes it, so that log and metrics cannot
// disagree. Rendered in the Prometheus text format. Label values are ours, or of a list with an end: past it they are
// counted as "other". Thread-safe.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "relay/log/stage_times.hpp"

namespace mugaika {

// Name and value of each label, in the order in which they are shown.
using Labels = std::vector<std::pair<std::string_view, std::string>>;

// Writes families in the Prometheus text format 0.0.4. Each family once, its samples behind its head.
class MetricsText {
public:
    void family(std::string_view name, std::string_view type, std::string_view help);
    void sample(std::string_view name, const Labels&, double value);
    void sample(std::string_view name, const Labels&, std::uint64_t value);
    std::string take() && { return std::move(text_); }

private:
    void begin_sample(std::string_view name, const Labels&);
    std::string text_;
};

class Metrics {
public:
    static constexpr std::size_t rows_max = 1000;  // of one family; routes come from the configuration

    void message(std::string_view route, std::string_view verdict);
    void refused(std::string_view stage, std::string_view reason, std::uint64_t times = 1);
    void deferred(std::string_view stage, std::string_view failure);
    void quarantined(std::string_view reason);
    void owed(std::string_view failure);   // the rest of a delivery became the relay's own
    void given_up(std::string_view kind);  // an order that the relay owed
    void checkpoint_delivered(std::string_view route);
    std::uint64_t checkpoints_delivered(const std::string& route) const;  // shown with who is to get them
    void session_opened();
    void stages_took(const StageTimes&);
    void sandbox_killed(std::string_view cause);
    void gate_refused();
    void file_failed();
    void check_refused();
    void conversion_ended(std::string_view how);  // "made", "failed", "unavailable" or "busy"
    void config_taken(bool good);
    void reserve(std::string_view of, bool low);

    // All families of this class.
    void write_to(MetricsText&) const;

private:
    // Upper bounds in seconds; a mail may take minutes when the next hop does.
    static constexpr std::array bounds{0.001, 0.005, 0.01, 0.025, 0.05, 0.1,  0.25, 0.5,
                                       1.0,   2.5,   5.0,  10.0,  30.0, 60.0, 300.0};
    struct Histogram {
        std::array<std::uint64_t, bounds.size()> at_most{};  // not cumulative
        std::uint64_t count = 0;
        double sum = 0;
        void add(StageTimes::Time) noexcept;
    };
    using Row = std::pair<std::string, std::string>;
    using Counter = std::map<Row, std::uint64_t>;

    static void count(Counter&, std::string_view first, std::string_view second, std::uint64_t times = 1);
    static void write_stage(MetricsText&, std::string_view stage, const Histogram&);

    mutable std::mutex mutex_;
    Counter messages_, refused_, deferred_;
    Counter quarantined_, sandbox_kills_, owed_, given_up_, conversions_, checkpoints_;  // second label unused
    std::array<Histogram, StageTimes::measured.size()> stages_;
    Histogram total_;
    std::map<std::string, bool, std::less<>> low_;
    std::uint64_t sessions_total_ = 0;
    std::uint64_t gate_refused_ = 0;
    std::uint64_t files_failed_ = 0;
    std::uint64_t checks_refused_ = 0;
    std::uint64_t reloads_refused_ = 0;
    bool last_reload_good_ = true;
};

// process_* as the usual client libraries give them, from /proc/self. Reads files of the kernel, which do not block.
void write_process_metrics(MetricsText&);

}  // namespace mugaika
