#include "relay/engines/scanners.hpp"

#include <algorithm>
#include <exception>
#include <optional>
#include <utility>

#include "relay/engines/clamd.hpp"
#include "relay/engines/icap.hpp"

namespace mugaika {

namespace asio = boost::asio;

struct Scanners::Row {
    Row(asio::io_context& io, const ScannerSettings& s, std::unique_ptr<Scanner> sc)
        : settings(s), scanner(std::move(sc)), line(io, s.connections_max) {
        counts.name = scanner->name();
    }
    ScannerSettings settings;
    std::unique_ptr<Scanner> scanner;
    WaitingLine line;
    Counts counts;
    std::string why_down;
};

namespace {

std::vector<std::unique_ptr<Scanner>> made(asio::io_context& io, const std::vector<ScannerSettings>& settings,
                                           std::size_t changed_bytes_max) {
    std::vector<std::unique_ptr<Scanner>> scanners;
    for (const ScannerSettings& one : settings) {
        if (one.icap) {
            scanners.push_back(std::make_unique<Icap>(io, one.address, *one.icap, changed_bytes_max));
        } else {
            scanners.push_back(std::make_unique<Clamd>(io, one.address));
        }
    }
    return scanners;
}

}  // namespace

Scanners::Scanners(asio::io_context& io, const std::vector<ScannerSettings>& settings, std::size_t changed_bytes_max,
                   News news)
    : Scanners(io, settings, made(io, settings, changed_bytes_max), std::move(news)) {}

Scanners::Scanners(asio::io_context& io, std::vector<ScannerSettings> settings,
                   std::vector<std::unique_ptr<Scanner>> scanners, News news)
    : settings_(std::move(settings)), news_(std::move(news)) {
    for (std::size_t i = 0; i < scanners.size(); ++i) {
        rows_.push_back(std::make_unique<Row>(io, settings_.at(i), std::move(scanners[i])));
    }
}

Scanners::~Scanners() = default;

asio::awaitable<ScanEnd> Scanners::scan(const FileToScan& file, Clock::time_point until) {
    ScanEnd end{ScanEnd::What::passed};
    for (const std::unique_ptr<Row>& row : rows_) {
        const bool is_changed = end.what == ScanEnd::What::changed;
        const FileToScan shown{is_changed ? std::string_view(end.untrusted_bytes) : file.untrusted_bytes, file.name};
        const bool is_hurried = until < Clock::now() + row->settings.patience;
        Result<ScanAnswer> answer = co_await ask(*row, shown, until);
        const std::string who = row->scanner->name() + ": ";
        note(*row, answer, is_hurried);
        if (!answer) co_return ScanEnd{ScanEnd::What::not_looked_at, who + answer.error().words()};
        if (const auto* forbids = std::get_if<ScanForbids>(&*answer)) {
            co_return ScanEnd{ScanEnd::What::forbidden, who + forbids->words};
        }
        if (auto* changed = std::get_if<ScanChanged>(&*answer)) {
            end = ScanEnd{ScanEnd::What::changed, who + "changed", std::move(changed->untrusted_bytes)};
        }
    }
    co_return end;
}

// One exception is the failure of one file.
asio::awaitable<Result<ScanAnswer>> Scanners::ask(Row& row, const FileToScan& file, Clock::time_point until) {
    const Clock::time_point end = std::min(until, Clock::now() + row.settings.patience);
    Result<ScanAnswer> answer = Error(Fault::timeout, "its turn did not come in time");
    const std::optional<WaitingLine::Place> place = co_await row.line.enter(end);
    if (!place) co_return answer;
    try {
        Result<ScanAnswer> given = co_await row.scanner->scan(file, end);
        answer = std::move(given);
    } catch (const std::exception& thrown) {
        answer = Error(Fault::internal, thrown.what());
    }
    co_return answer;
}

// A file that is too large for it says nothing about how it fares, and neither does one that had no time left.
void Scanners::note(Row& row, const Result<ScanAnswer>& answer, bool is_hurried) {
    if (answer) {
        if (std::holds_alternative<ScanPassed>(*answer)) ++row.counts.passed;
        if (std::holds_alternative<ScanForbids>(*answer)) ++row.counts.forbidden;
        if (std::holds_alternative<ScanChanged>(*answer)) ++row.counts.changed;
    } else {
        ++row.counts.failed;
    }
    if (!answer && is_hurried && answer.error().fault() == Fault::timeout) return;
    const bool is_up = answer || answer.error().fault() == Fault::limit;
    if (!answer && !is_up) row.why_down = answer.error().words();
    if (std::exchange(row.counts.up, is_up) == is_up) return;
    if (is_up && news_.up) news_.up(row.counts.name);
    if (!is_up && news_.down) news_.down(row.counts.name, row.why_down);
}

std::vector<Scanners::Counts> Scanners::counts() const {
    std::vector<Counts> all;
    for (const auto& row : rows_) all.push_back(row->counts);
    return all;
}

std::vector<std::string> Scanners::down() const {
    std::vector<std::string> lines;
    for (const auto& row : rows_) {
        if (!row->counts.up) lines.push_back(row->counts.name + " cannot be asked: " + row->why_down);
    }
    return lines;
}

}  // namespace mugaika
