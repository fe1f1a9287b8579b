#include "relay/stats/mail_rows.hpp"

#include <catch2/catch.hpp>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "relay/stats/stats_report.hpp"

using namespace mugaika;

namespace {

MailFacts mail_from(std::string sender) {
    MailFacts mail;
    mail.from = std::move(sender);
    return mail;
}

StatsQuery by_sender_domain(std::size_t top) {
    StatsQuery query{std::nullopt, std::nullopt, {Dimension::sender_domain}};
    query.top = top;
    return query;
}

StatsTable top_of(const std::vector<MailFacts>& mails, std::size_t top) {
    MailRows rows(by_sender_domain(top));
    for (const MailFacts& mail : mails) rows.add(mail);
    return std::move(rows).take_table();
}

}  // namespace

TEST_CASE("the top has the rows with the most mails first, and the total is of all") {
    std::vector<MailFacts> mails;
    for (int i = 0; i < 6; ++i) mails.push_back(mail_from("x@three.example.com"));
    for (int i = 0; i < 9; ++i) mails.push_back(mail_from("x@one.example.com"));
    for (int i = 0; i < 5; ++i) mails.push_back(mail_from("x@two.example.com"));
    const StatsTable table = top_of(mails, 2);
    REQUIRE(table.rows.size() == 2);
    CHECK(table.rows[0].first.front() == "one.example.com");
    CHECK(table.rows[1].first.front() == "three.example.com");
    CHECK(table.all.mails == 20);
    CHECK(table.missed_max == 0);
    std::ostringstream text, csv;
    print_stats(text, StatsFormat::text, table);
    CHECK_THAT(text.str(), Catch::Contains("\ntotal                 20  100.0 "));
    CHECK_THAT(text.str(), !Catch::Contains("approximate"));
    print_stats(csv, StatsFormat::csv, table);
    CHECK_THAT(csv.str(), Catch::Contains("mails_share,missed_max\r\n") && Catch::Contains(",0.450000,0\r\n"));
}

TEST_CASE("the top of more values than are kept is said to be approximate, and never too much") {
    constexpr std::size_t rare = 3 * 20'000;
    std::vector<MailFacts> mails;
    // One who comes early, is forgotten, and comes again; one who comes all the time; many who come once.
    mails.push_back(mail_from("x@early.example.com"));
    for (std::size_t i = 0; i < rare; ++i) {
        mails.push_back(mail_from("x@r" + std::to_string(i) + ".example.com"));
        if (i % 10 == 0) mails.push_back(mail_from("x@always.example.com"));
    }
    for (int i = 0; i < 50; ++i) mails.push_back(mail_from("x@early.example.com"));
    const StatsTable table = top_of(mails, 2);
    REQUIRE(table.rows.size() == 2);
    CHECK(table.rows[0].first.front() == "always.example.com");
    CHECK(table.rows[0].second.mails == rare / 10);
    CHECK(table.rows[0].second.missed_max == 0);  // it was there all the time
    CHECK(table.rows[1].first.front() == "early.example.com");
    CHECK(table.rows[1].second.mails <= 51);
    CHECK(table.rows[1].second.mails + table.rows[1].second.missed_max >= 51);
    CHECK(table.missed_max > 0);
    std::ostringstream text;
    print_stats(text, StatsFormat::text, table);
    CHECK_THAT(text.str(), Catch::Contains("概数 / approximate"));
}

TEST_CASE("the rows of a top are bounded, whatever senders write") {
    MailRows rows(by_sender_domain(1));
    for (std::size_t i = 0; i < 5 * top_rows_kept(1); ++i) {
        rows.add(mail_from("x@" + std::to_string(i)));
    }
    CHECK(std::move(rows).take().size() <= 2 * top_rows_kept(1));
}
