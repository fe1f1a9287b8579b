#include "relay/stats/books_metrics.hpp"

#include <catch2/catch.hpp>
#include <sstream>

using namespace mugaika;

TEST_CASE("what is wrong with the books is told as gauges, with when they were looked at") {
    Accounts accounts;
    accounts.rows[{"2026-11-20", "city.example.lg.jp"}].received = 3;
    accounts.rows[{"2026-11-21", "town.example.lg.jp"}].received = 4;
    accounts.fault_count = 2;
    std::ostringstream out;
    print_books_metrics(out, {accounts, 5, 1, Moment(std::chrono::seconds(1764460800))});
    const std::string text = out.str();
    for (const char* line :
         {"mugaika_books_faults 2\n", "mugaika_books_chain_faults 5\n", "mugaika_books_broken_lines 1\n",
          "mugaika_books_received 7\n", "mugaika_books_checked_timestamp_seconds 1764460800\n",
          "# TYPE mugaika_books_faults gauge\n"}) {
        CAPTURE(line);
        CHECK_THAT(text, Catch::Contains(line));
    }
}
