// The books for Prometheus, as the textfile collector of its node exporter takes them: whether the log adds up is known
// from the log alone, and not by the relay that writes it.
#pragma once

#include <cstdint>
#include <ostream>

#include "relay/log/timestamp.hpp"
#include "relay/stats/accounts.hpp"

namespace mugaika {

struct BooksCheck {
    const Accounts& accounts;
    std::uint64_t chain_faults = 0;
    std::uint64_t broken_lines = 0;
    Moment checked_at;
};

void print_books_metrics(std::ostream&, const BooksCheck&);

}  // namespace mugaika
