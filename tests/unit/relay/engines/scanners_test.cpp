#include "relay/engines/scanners.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <deque>
#include <functional>
#include <stdexcept>

#include "tests/unit/relay/engines/scan_fixture.hpp"

using namespace mugaika;
using What = ScanEnd::What;

namespace {

// Says what the test wants, in order; the last answer repeats. Writes down what it was shown.
struct Told : Scanner {
    explicit Told(std::string n) : called(std::move(n)) {}
    const std::string& name() const noexcept override { return called; }
    boost::asio::awaitable<Result<ScanAnswer>> scan(const FileToScan& file, Clock::time_point) override {
        shown.emplace_back(file.untrusted_bytes);
        if (throws) throw std::runtime_error("no memory");
        Result<ScanAnswer> answer = answers.front();
        if (answers.size() > 1) answers.pop_front();
        co_return answer;
    }
    std::string called;
    std::deque<Result<ScanAnswer>> answers{ScanAnswer(ScanPassed{})};
    std::vector<std::string> shown;
    bool throws = false;
};

struct Two {
    Two() {
        std::vector<std::unique_ptr<Scanner>> both;
        for (const char* name : {"one", "two"}) {
            auto told = std::make_unique<Told>(name);
            (both.empty() ? first : second) = told.get();
            both.push_back(std::move(told));
        }
        Scanners::News news{
            [this](const std::string& name, const std::string& why) { said += name + " down: " + why + "; "; },
            [this](const std::string& name) { said += name + " up; "; }};
        scanners.emplace(io, std::vector<ScannerSettings>(2), std::move(both), std::move(news));
    }
    ScanEnd scan(std::string_view bytes = "file") {
        std::optional<ScanEnd> end;
        const auto ask = [&]() -> boost::asio::awaitable<void> {
            const FileToScan file{bytes, "a.txt"};
            ScanEnd given = co_await scanners->scan(file, Scanners::Clock::now() + std::chrono::minutes(2));
            end.emplace(std::move(given));
        };
        boost::asio::co_spawn(io, ask(), boost::asio::detached);
        io.restart();
        while (!end) REQUIRE(io.run_one() == 1);
        return *end;
    }
    boost::asio::io_context io;
    Told* first = nullptr;
    Told* second = nullptr;
    std::optional<Scanners> scanners;
    std::string said;
};

}  // namespace

TEST_CASE("a file passes when every scanner has looked at it") {
    Two two;
    CHECK(two.scan().what == What::passed);
    CHECK(two.first->shown == std::vector<std::string>{"file"});
    CHECK(two.second->shown == std::vector<std::string>{"file"});
}

TEST_CASE("one scanner is enough to forbid a file, and it is said which") {
    Two two;
    two.second->answers = {ScanAnswer(ScanForbids{"Eicar"})};
    const ScanEnd end = two.scan();
    CHECK(end.what == What::forbidden);
    CHECK(end.words == "two: Eicar");
    CHECK(two.said.empty());
}

TEST_CASE("a scanner that cannot look at a file is no pass, whatever the others say") {
    for (const Fault fault : {Fault::unavailable, Fault::timeout, Fault::disconnected, Fault::protocol, Fault::limit}) {
        Two two;
        two.first->answers = {Error(fault, "no")};
        const ScanEnd end = two.scan();
        CHECK(end.what == What::not_looked_at);
        CHECK(end.words == "one: no");
        CHECK(two.second->shown.empty());
    }
    Two two;
    two.second->throws = true;
    CHECK(two.scan().what == What::not_looked_at);
    CHECK(two.scanners->down() == std::vector<std::string>{"two cannot be asked: no memory"});
}

TEST_CASE("where a scanner gives another file the next one looks at that") {
    Two two;
    two.first->answers = {ScanAnswer(ScanChanged{"other"})};
    ScanEnd end = two.scan();
    CHECK(end.what == What::changed);
    CHECK(end.untrusted_bytes == "other");
    CHECK(two.second->shown == std::vector<std::string>{"other"});
    two.second->answers = {ScanAnswer(ScanForbids{"Eicar"})};
    end = two.scan();
    CHECK(end.what == What::forbidden);
    CHECK(end.untrusted_bytes.empty());
}

TEST_CASE("it is said once when a scanner cannot be asked any more, and once when it can again") {
    Two two;
    two.first->answers = {Error(Fault::unavailable, "refused"), Error(Fault::timeout, "late"),
                          Error(Fault::limit, "too large"), ScanAnswer(ScanPassed{})};
    for (int i = 0; i < 5; ++i) two.scan();
    CHECK(two.said == "one down: refused; one up; ");
    const Scanners::Counts counts = two.scanners->counts().front();
    CHECK(counts.failed == 3);
    CHECK(counts.passed == 2);
    CHECK(counts.up);
}

TEST_CASE(
    "a scanner is asked about no more files at once than it takes, and a file whose turn does not come is none that "
    "passed") {
    boost::asio::io_context io;
    struct Slow : Scanner {
        explicit Slow(boost::asio::io_context& i) : timer(i, Clock::time_point::max()) {}
        const std::string& name() const noexcept override { return called; }
        boost::asio::awaitable<Result<ScanAnswer>> scan(const FileToScan&, Clock::time_point) override {
            ++asked;
            co_await timer.async_wait(boost::asio::as_tuple(boost::asio::use_awaitable));
            co_return ScanAnswer(ScanPassed{});
        }
        std::string called = "slow";
        boost::asio::steady_timer timer;
        int asked = 0;
    };
    auto made = std::make_unique<Slow>(io);
    Slow* slow = made.get();
    ScannerSettings settings;
    settings.connections_max = 1;
    std::vector<std::unique_ptr<Scanner>> one;
    one.push_back(std::move(made));
    Scanners scanners(io, {settings}, std::move(one), {});
    std::vector<ScanEnd> ends;
    const auto ask = [&](std::chrono::milliseconds patience) -> boost::asio::awaitable<void> {
        const FileToScan file{"file", ""};
        ScanEnd end = co_await scanners.scan(file, Scanners::Clock::now() + patience);
        ends.push_back(std::move(end));
    };
    boost::asio::co_spawn(io, ask(std::chrono::minutes(2)), boost::asio::detached);
    boost::asio::co_spawn(io, ask(std::chrono::milliseconds(50)), boost::asio::detached);
    while (ends.empty()) REQUIRE(io.run_one() == 1);
    CHECK(ends.front().what == What::not_looked_at);
    CHECK(ends.front().words == "slow: its turn did not come in time");
    CHECK(slow->asked == 1);
    slow->timer.cancel();
    while (ends.size() < 2) REQUIRE(io.run_one() == 1);
    CHECK(ends.back().what == What::passed);
}
