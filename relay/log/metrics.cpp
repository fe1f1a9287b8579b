#include "relay/log/metrics.hpp"

#include <dirent.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <sstream>

namespace mugaika {
namespace {

constexpr std::string_view other = "other";

std::string escaped_label(std::string_view value) {
    std::string text;
    for (const char c : value) {
        if (c == '\\' || c == '"') text += '\\';
        if (c == '\n') {
            text += "\\n";
        } else {
            text += c;
        }
    }
    return text;
}

std::string number_text(double value) {
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%.9g", value);
    return text.data();
}

void write_counter(MetricsText& out, std::string_view name, std::string_view help,
                   const std::map<std::pair<std::string, std::string>, std::uint64_t>& rows, std::string_view first,
                   std::string_view second = "") {
    out.family(name, "counter", help);
    for (const auto& [labels, value] : rows) {
        Labels shown{{first, labels.first}};
        if (!second.empty()) shown.emplace_back(second, labels.second);
        out.sample(name, shown, value);
    }
}

void write_one(MetricsText& out, std::string_view name, std::string_view type, std::string_view help,
               std::uint64_t value) {
    out.family(name, type, help);
    out.sample(name, {}, value);
}

}  // namespace

void MetricsText::family(std::string_view name, std::string_view type, std::string_view help) {
    for (const auto& [word, what] : {std::pair{"# HELP ", help}, std::pair{"# TYPE ", type}}) {
        text_.append(word).append(name).append(" ").append(what).append("\n");
    }
}

void MetricsText::begin_sample(std::string_view name, const Labels& labels) {
    text_.append(name);
    char before = '{';
    for (const auto& [label, value] : labels) {
        text_.append(1, before).append(label).append("=\"").append(escaped_label(value)).append("\"");
        before = ',';
    }
    text_.append(labels.empty() ? " " : "} ");
}

void MetricsText::sample(std::string_view name, const Labels& labels, double value) {
    begin_sample(name, labels);
    text_.append(number_text(value)).append("\n");
}

void MetricsText::sample(std::string_view name, const Labels& labels, std::uint64_t value) {
    begin_sample(name, labels);
    text_.append(std::to_string(value)).append("\n");
}

void Metrics::count(Counter& counter, std::string_view first, std::string_view second, std::uint64_t times) {
    Row row{first, second};
    const bool full = counter.size() >= rows_max && !counter.contains(row);
    counter[full ? Row{other, other} : std::move(row)] += times;
}

void Metrics::message(std::string_view route, std::string_view verdict) {
    const std::lock_guard lock(mutex_);
    count(messages_, route, verdict);
}

void Metrics::refused(std::string_view stage, std::string_view reason, std::uint64_t times) {
    const std::lock_guard lock(mutex_);
    count(refused_, stage, reason, times);
}

void Metrics::deferred(std::string_view stage, std::string_view failure) {
    const std::lock_guard lock(mutex_);
    count(deferred_, stage, failure);
}

void Metrics::quarantined(std::string_view reason) {
    const std::lock_guard lock(mutex_);
    count(quarantined_, reason, "");
}

void Metrics::owed(std::string_view failure) {
    const std::lock_guard lock(mutex_);
    count(owed_, failure, "");
}

void Metrics::given_up(std::string_view order) {
    const std::lock_guard lock(mutex_);
    count(given_up_, order, "");
}

void Metrics::checkpoint_delivered(std::string_view route) {
    const std::lock_guard lock(mutex_);
    count(checkpoints_, route, "");
}

std::uint64_t Metrics::checkpoints_delivered(const std::string& route) const {
    const std::lock_guard lock(mutex_);
    const auto row = checkpoints_.find({route, ""});
    return row == checkpoints_.end() ? 0 : row->second;
}

void Metrics::session_opened() {
    const std::lock_guard lock(mutex_);
    ++sessions_total_;
}

void Metrics::Histogram::add(StageTimes::Time time) noexcept {
    const double seconds = std::chrono::duration<double>(time).count();
    const auto bound = std::lower_bound(bounds.begin(), bounds.end(), seconds);
    if (bound != bounds.end()) ++at_most[static_cast<std::size_t>(bound - bounds.begin())];
    ++count;
    sum += seconds;
}

void Metrics::stages_took(const StageTimes& times) {
    const std::lock_guard lock(mutex_);
    for (std::size_t i = 0; i < stages_.size(); ++i) {
        const auto time = times.of(StageTimes::measured[i]);
        if (time) stages_[i].add(*time);
    }
    if (times.total()) total_.add(*times.total());
}

void Metrics::sandbox_killed(std::string_view cause) {
    const std::lock_guard lock(mutex_);
    count(sandbox_kills_, cause, "");
}

void Metrics::gate_refused() {
    const std::lock_guard lock(mutex_);
    ++gate_refused_;
}

void Metrics::file_failed() {
    const std::lock_guard lock(mutex_);
    ++files_failed_;
}

void Metrics::check_refused() {
    const std::lock_guard lock(mutex_);
    ++checks_refused_;
}

void Metrics::conversion_ended(std::string_view how) {
    const std::lock_guard lock(mutex_);
    count(conversions_, how, "");
}

void Metrics::config_taken(bool good) {
    const std::lock_guard lock(mutex_);
    last_reload_good_ = good;
    if (!good) ++reloads_refused_;
}

void Metrics::reserve(std::string_view of, bool low) {
    const std::lock_guard lock(mutex_);
    low_.insert_or_assign(std::string(of), low);
}

void Metrics::write_stage(MetricsText& out, std::string_view stage, const Histogram& histogram) {
    const std::pair<std::string_view, std::string> label{"stage", stage};
    std::uint64_t so_far = 0;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        so_far += histogram.at_most[i];
        out.sample("mugaika_stage_seconds_bucket", {label, {"le", number_text(bounds[i])}}, so_far);
    }
    out.sample("mugaika_stage_seconds_bucket", {label, {"le", "+Inf"}}, histogram.count);
    out.sample("mugaika_stage_seconds_sum", {label}, histogram.sum);
    out.sample("mugaika_stage_seconds_count", {label}, histogram.count);
}

void Metrics::write_to(MetricsText& out) const {
    const std::lock_guard lock(mutex_);
    write_counter(out, "mugaika_messages_total",
                  "Mails with a final outcome, by route and verdict; a rest that is delivered later counts once more.",
                  messages_, "route", "verdict");
    write_counter(out, "mugaika_refused_total", "Connections, recipients and mails refused, by stage and reason.",
                  refused_, "stage", "reason");
    write_counter(out, "mugaika_deferred_total", "Mails answered 4xx, by stage and failure of the matrix.", deferred_,
                  "stage", "failure");
    write_counter(out, "mugaika_quarantine_kept_total", "Delivered mails whose original was kept, by reason.",
                  quarantined_, "reason");
    write_counter(out, "mugaika_owed_total", "Deliveries in part whose rest became the relay's own, by failure.", owed_,
                  "failure");
    write_counter(out, "mugaika_orders_given_up_total",
                  "Orders given up, by kind: release or unlock (of a person), rest (of a delivery), checkpoint (of the "
                  "log). An alarm.",
                  given_up_, "kind");
    write_one(out, "mugaika_sessions_total", "counter", "Client sessions that did something, since the start.",
              sessions_total_);

    out.family("mugaika_stage_seconds", "histogram",
               "Time of a mail in each stage; total: from the end of its content to our answer.");
    for (std::size_t i = 0; i < stages_.size(); ++i) {
        write_stage(out, to_string(StageTimes::measured[i]), stages_[i]);
    }
    write_stage(out, "total", total_);
    write_counter(out, "mugaika_sandbox_kills_total", "Workers that died or were killed while they read a mail.",
                  sandbox_kills_, "cause");
    write_one(out, "mugaika_gate_refused_total", "counter", "Composed mails that the gate stopped: an alarm.",
              gate_refused_);
    write_one(out, "mugaika_files_failed_total", "counter", "Attempts to rebuild or to check a file that failed.",
              files_failed_);
    write_one(out, "mugaika_check_refused_total", "counter", "Rebuilt files that the checker stopped: an alarm.",
              checks_refused_);
    write_counter(
        out, "mugaika_conversions_total",
        "Files given to an engine, by what came of it: made, failed, unavailable (no engine), busy (no turn in "
        "time).",
        conversions_, "end");
    write_one(out, "mugaika_config_last_reload_successful", "gauge", "Whether the last reload was taken up.",
              last_reload_good_ ? 1 : 0);
    write_one(out, "mugaika_config_reloads_refused_total", "counter", "Reloads that were refused.", reloads_refused_);
    out.family("mugaika_reserve_low", "gauge", "1: so little is left that mail is answered 4xx.");
    for (const std::string_view of : {"disk", "log_disk", "log", "memory", "mails"}) {
        const auto known = low_.find(of);
        const bool low = known != low_.end() && known->second;
        out.sample("mugaika_reserve_low", {{"of", std::string(of)}}, std::uint64_t{low ? 1u : 0u});
    }
}

namespace {

// Field `number` (from 1, as proc(5) counts) of /proc/self/stat, behind the name in parentheses.
double stat_field(int number) {
    std::ifstream file("/proc/self/stat");
    std::string text(std::istreambuf_iterator<char>(file), {});
    std::istringstream fields(text.substr(std::min(text.size(), text.rfind(')') + 1)));
    std::string field;
    for (int at = 3; at <= number && fields >> field; ++at) {
    }
    return std::strtod(field.c_str(), nullptr);
}

double boot_time() {
    std::ifstream file("/proc/stat");
    std::string key;
    for (double value = 0; file >> key; file.ignore(1 << 16, '\n')) {
        if (key == "btime" && file >> value) return value;
    }
    return 0;
}

std::uint64_t open_descriptors() {
    const std::unique_ptr<DIR, int (*)(DIR*)> folder(::opendir("/proc/self/fd"), &::closedir);
    std::uint64_t entries = 0;
    while (folder && ::readdir(folder.get()) != nullptr) ++entries;
    return entries > 3 ? entries - 3 : 0;  // ".", ".." and the folder itself
}

}  // namespace

void write_process_metrics(MetricsText& out) {
    constexpr int user_ticks = 14, system_ticks = 15, start_ticks = 22, virtual_bytes = 23, resident_pages = 24;
    const auto ticks = static_cast<double>(::sysconf(_SC_CLK_TCK));
    const auto page = static_cast<double>(::sysconf(_SC_PAGESIZE));
    rlimit descriptors{};
    ::getrlimit(RLIMIT_NOFILE, &descriptors);
    const auto one = [&out](std::string_view name, std::string_view type, std::string_view help, double value) {
        out.family(name, type, help);
        out.sample(name, {}, value);
    };
    one("process_cpu_seconds_total", "counter", "CPU time of the relay without its workers.",
        (stat_field(user_ticks) + stat_field(system_ticks)) / ticks);
    one("process_start_time_seconds", "gauge", "Start of the process, seconds since 1970.",
        boot_time() + stat_field(start_ticks) / ticks);
    one("process_virtual_memory_bytes", "gauge", "Virtual memory.", stat_field(virtual_bytes));
    one("process_resident_memory_bytes", "gauge", "Resident memory.", stat_field(resident_pages) * page);
    one("process_open_fds", "gauge", "Open file descriptors.", static_cast<double>(open_descriptors()));
    one("process_max_fds", "gauge", "Largest number of open file descriptors.",
        static_cast<double>(descriptors.rlim_cur));
}

}  // namespace mugaika
