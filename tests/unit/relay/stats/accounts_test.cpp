#include "relay/stats/accounts.hpp"

#include <catch2/catch.hpp>
#include <random>

#include "relay/log/event_json.hpp"
#include "tests/support/in_zone.hpp"

using namespace mugaika;

namespace {

constexpr Moment day_one{std::chrono::hours(24 * 20000)};

class Log {
public:
    Log& at(Moment moment) {
        moment_ = moment;
        return *this;
    }
    Log& write(const AnyEvent& event) {
        const std::string line = json_line(moment_, "h", event);
        keeper_.take(reader_.read(std::string_view(line).substr(0, line.size() - 1)).value());
        return *this;
    }
    Log& received(const std::string& id, std::vector<std::string> to) {
        return write(event::MessageReceived{tag(id), "x@example.com", std::move(to), "192.0.2.1", {}, 1, ""});
    }
    Log& kept(const std::string& id) { return write(event::MessageQuarantined{tag(id), id, Reason::encrypted, 1}); }
    Log& delivered(const std::string& id, std::vector<std::string> to, MailVerdict verdict = MailVerdict::clean) {
        return write(event::MessageDelivered{
            tag(id), "x@example.com", std::move(to), verdict, Reason::none, "10.0.0.5:25", {}, {}, {}});
    }
    Log& deferred(const std::string& id, std::vector<std::string> to) {
        return write(event::MessageDeferred{
            tag(id), "x@example.com", std::move(to), Stage::deliver, Failure::timeout, {}, "", {}});
    }
    Log& refused(const std::string& id, std::vector<std::string> to) {
        return write(event::MessageRefused{tag(id), "x@example.com", std::move(to), Reason::none, {}, {}});
    }
    Log& owed(const std::string& id, std::vector<std::string> to) {
        return write(event::MessageOwed{
            tag(id), "x@example.com", std::move(to), "order", Stage::deliver, Failure::timeout, "", moment_, {}});
    }
    Accounts books() { return std::move(keeper_).finish(); }

    Log& in(std::string session) {
        session_ = std::move(session);
        return *this;
    }
    MailTag tag(const std::string& id) const { return {id, session_, "city.example.lg.jp"}; }

private:
    std::string session_ = "s";
    Moment moment_ = day_one;
    EventReader reader_;
    AccountKeeper keeper_;
};

Account total(const Accounts& accounts) {
    Account sum;
    for (const auto& [key, row] : accounts.rows) sum += row;
    return sum;
}

}  // namespace

TEST_CASE("every recipient who was received has one end, whatever it is") {
    const InZone zone("JST-9");
    Log log;
    log.received("a", {"1", "2"}).delivered("a", {"1", "2"});
    log.received("b", {"1"}).kept("b").delivered("b", {"1"}, MailVerdict::quarantined);
    log.received("c", {"1"}).refused("c", {"1"});
    log.received("d", {"1"}).deferred("d", {"1"});
    log.received("e", {"1", "2", "3"}).delivered("e", {"1"}).owed("e", {"2", "3"});
    log.received("f", {"1", "2"}).delivered("f", {"1"}).owed("f", {"2"}).delivered("f", {"2"});
    log.received("g", {"1"}).deferred("g", {"1"}).received("g", {"1"}).delivered("g", {"1"});
    log.refused("", {"1"});  // while its content came
    log.deferred("", {"1"});
    log.received("h", {"1"});
    log.write(event::RelayStarted{"", "", {}});
    log.received("i", {"1"});
    log.write(event::MessageDelivered{
        {"b", "", "city.example.lg.jp"}, "", {"1"}, MailVerdict::sanitized, Reason::none, "", {}, {}, {}});
    const Accounts books = log.books();
    CHECK(books.add_up());
    REQUIRE(books.rows.size() == 1);
    const Account& row = books.rows.begin()->second;
    CHECK(books.rows.begin()->first == Accounts::Key("2024-10-04", "city.example.lg.jp"));
    CHECK(row.received == 14);
    CHECK(row.delivered == 6);
    CHECK(row.held == 1);
    CHECK(row.refused == 2);
    CHECK(row.deferred == 1);
    CHECK(row.owed == 2);
    CHECK(row.cut_off == 1);
    CHECK(row.under_way == 1);
    CHECK(row.ended() == row.received);
    CHECK(row.released == 1);
}

TEST_CASE("the same mail may come in two sessions at once, and again in a third") {
    Log log;
    log.in("1").received("a", {"x"}).in("2").received("a", {"x", "y"});
    log.in("1").delivered("a", {"x"}).in("2").deferred("a", {"x", "y"});
    log.in("3").received("a", {"x", "y"}).delivered("a", {"x"}).owed("a", {"y"});
    log.write(event::QueueDeleted{"a", "another", {}, ""}).write(event::QueueDeleted{"a", "order", {}, ""});
    const Accounts books = log.books();
    CHECK(books.faults.empty());
    const Account sum = total(books);
    CHECK(sum.received == 3);
    CHECK(sum.delivered == 2);
    CHECK(sum.given_up == 1);
}

TEST_CASE("what does not add up is named by mail and recipient") {
    const auto faults_of = [](const std::function<void(Log&)>& happens) {
        Log log;
        log.write(event::RelayStarted{"", "", {}}).at(day_one + std::chrono::days(8));
        happens(log);
        return log.books();
    };
    const Accounts never_came = faults_of([](Log& log) { log.delivered("a", {"1"}); });
    REQUIRE(never_came.faults.size() == 1);
    CHECK(never_came.faults[0].id == "a");
    CHECK_THAT(never_came.faults[0].what, Catch::Contains("does not say that it came"));

    const Accounts twice = faults_of([](Log& log) {
        log.received("a", {"1", "2"}).delivered("a", {"1"}).delivered("a", {"1"});
    });
    REQUIRE(twice.faults.size() == 1);
    CHECK(twice.faults[0].recipient == "1");
    CHECK_THAT(twice.faults[0].what, Catch::Contains("ended twice"));

    const Accounts stranger = faults_of([](Log& log) { log.received("a", {"1"}).delivered("a", {"2"}); });
    REQUIRE(stranger.faults.size() == 1);
    CHECK(stranger.faults[0].recipient == "2");

    const Accounts not_kept =
        faults_of([](Log& log) { log.received("a", {"1"}).delivered("a", {"1"}, MailVerdict::quarantined); });
    REQUIRE(not_kept.faults.size() == 1);
    CHECK_THAT(not_kept.faults[0].what, Catch::Contains("original was kept"));

    const Accounts gap = faults_of([](Log& log) { log.write(event::LogGap{3, day_one}); });
    REQUIRE(gap.faults.size() == 1);
    CHECK_THAT(gap.faults[0].what, Catch::Contains("3 events"));

    // Before the log could know.
    Log young;
    const Accounts before = young.delivered("a", {"1", "2"}).books();
    CHECK(before.add_up());
    CHECK(before.began_before == 2);
}

TEST_CASE("no sequence of the flow's events breaks the books") {
    std::mt19937 random(12);
    const auto up_to = [&](unsigned end) { return std::uniform_int_distribution<unsigned>(0, end - 1)(random); };
    for (int run = 0; run < 200; ++run) {
        Log log;
        std::uint64_t recipients = 0;
        for (unsigned i = 0; i < 20; ++i) {
            const std::string id = std::to_string(i);
            std::vector<std::string> left;
            for (unsigned n = up_to(4) + 1; n > 0; --n) left.push_back(std::to_string(n));
            recipients += left.size();
            // As a sender does: it comes with those who were not served, until all are or it gives up.
            for (unsigned tries = up_to(4) + 1; tries > 0 && !left.empty(); --tries) {
                log.received(id, left);
                const std::vector<std::string> some(left.begin(), left.begin() + up_to(unsigned(left.size()) + 1));
                const std::vector<std::string> rest(left.begin() + std::ptrdiff_t(some.size()), left.end());
                if (up_to(3) == 0) log.kept(id).delivered(id, left, MailVerdict::quarantined), left.clear();
                if (left.empty()) break;
                if (up_to(8) == 0) {
                    log.write(event::RelayStarted{"", "", {}});
                    continue;
                }
                if (!some.empty()) log.delivered(id, some);
                left = rest;
                if (left.empty()) break;
                if (some.empty() && up_to(2) == 0) {
                    log.refused(id, left), left.clear();
                } else if (some.empty()) {
                    log.deferred(id, left);
                } else {
                    log.owed(id, left);
                    if (up_to(2) == 0) log.delivered(id, left);
                    left.clear();
                }
            }
        }
        const Accounts books = log.books();
        CHECK(books.add_up());
        CHECK(total(books).ended() == total(books).received);
        CHECK(total(books).received == recipients);
    }
}
