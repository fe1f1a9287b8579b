#include "relay/stats/books_metrics.hpp"

#include <chrono>
#include <string_view>

#include "relay/log/metrics.hpp"

namespace mugaika {
namespace {

void write_gauge(MetricsText& text, std::string_view name, std::string_view help, std::uint64_t value) {
    text.family(name, "gauge", help);
    text.sample(name, {}, value);
}

}  // namespace

void print_books_metrics(std::ostream& out, const BooksCheck& check) {
    Account all;
    for (const auto& [key, row] : check.accounts.rows) all += row;
    MetricsText text;
    write_gauge(text, "mugaika_books_faults", "What does not add up in the log of the time that was checked.",
                check.accounts.fault_count);
    write_gauge(text, "mugaika_books_chain_faults", "Lines of the log that are missing, doubled, changed or moved.",
                check.chain_faults);
    write_gauge(text, "mugaika_books_broken_lines", "Lines of the log that are no event.", check.broken_lines);
    write_gauge(text, "mugaika_books_received", "Recipients of received mails in the time that was checked.",
                all.received);
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(check.checked_at.time_since_epoch());
    write_gauge(text, "mugaika_books_checked_timestamp_seconds", "When the books were checked last.",
                static_cast<std::uint64_t>(seconds.count()));
    out << std::move(text).take();
}

}  // namespace mugaika
