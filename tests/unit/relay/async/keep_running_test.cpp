#include "relay/async/keep_running.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <new>
#include <stdexcept>
#include <vector>

#include "relay/async/disk.hpp"

using namespace mugaika;
using namespace std::chrono_literals;
namespace asio = boost::asio;

namespace {

using Said = std::vector<std::pair<std::string, std::string>>;

struct Bench {
    Said said;
    TaskLedger ledger{[this](const std::string& where, const std::string& why) { said.emplace_back(where, why); }};
    asio::io_context io;
    int rounds = 0;

    // Rounds of which `faults` of the first throw, until `until`.
    void run(TaskLedger::Task task, int faults, int until) {
        auto round = [this, faults, until]() -> asio::awaitable<Rounds> { return one_round(faults, until); };
        Rhythm rhythm;
        rhythm.pause = 1us;
        rhythm.pause_after_fault = 1ms;
        asio::co_spawn(io, keep_running(std::move(task), rhythm, std::move(round)), asio::detached);
        io.run();
    }
    asio::awaitable<Rounds> one_round(int faults, int until) {
        ++rounds;
        if (rounds <= faults && rounds % 2 == 1) throw std::runtime_error("planted");
        if (rounds <= faults) throw 7;
        co_return rounds < until ? Rounds::go_on : Rounds::end;
    }
};

TaskLedger::Clock::time_point in(TaskLedger::Clock::duration time) { return TaskLedger::Clock::now() + time; }

asio::awaitable<Rounds> fails() {
    throw std::bad_alloc();
    co_return Rounds::go_on;
}

}  // namespace

TEST_CASE("an exception ends one round and not the task, whatever was thrown, and each is counted") {
    for (const int faults : {0, 1, 2, 5}) {
        Bench bench;
        bench.run(bench.ledger.begin("clerk", 1h), faults, 6);
        CHECK(bench.rounds == 6);
        CHECK(bench.ledger.faults() == std::map<std::string, std::uint64_t>{{"clerk", faults}});
        CHECK(bench.ledger.not_running(in(0s)).empty());  // it came to its end as it should
        CHECK(bench.said.size() == static_cast<std::size_t>(faults));
    }
}

TEST_CASE("a fault is said when its words are new, not in each round") {
    Bench bench;
    TaskLedger::Task task = bench.ledger.begin("reserve", 1h);
    for (const char* why : {"a", "a", "a", "b", "b"}) task.round_failed(why);
    CHECK(bench.said == Said{{"reserve", "a"}, {"reserve", "b"}});
    task.round_ended();
    task.round_failed("b");
    CHECK(bench.said.size() == 3);
    CHECK(bench.ledger.faults().at("reserve") == 6);
}

TEST_CASE("a task whose last round failed is not running until a round goes well, and says why") {
    Bench bench;
    TaskLedger::Task task = bench.ledger.begin("reserve", 1h);
    CHECK(bench.ledger.not_running(in(0s)).empty());
    task.round_failed("no such disk");
    CHECK(bench.ledger.not_running(in(0s)) == std::vector<std::string>{"the task reserve fails: no such disk"});
    task.round_ended();
    CHECK(bench.ledger.not_running(in(0s)).empty());
}

TEST_CASE("a task that has not come round for too long is not running, and says for how long") {
    Bench bench;
    const TaskLedger::Task often = bench.ledger.begin("reserve", 10s);
    const TaskLedger::Task waits = bench.ledger.begin("reload");
    CHECK(bench.ledger.not_running(in(9s)).empty());
    const auto stopped = bench.ledger.not_running(in(3600s));
    REQUIRE(stopped.size() == 1);
    CHECK_THAT(stopped[0], Catch::StartsWith("the task reserve has not come round for 36"));
}

TEST_CASE("a task that is gone without having come to its end has ended, for as long as the relay runs") {
    Bench bench;
    {
        TaskLedger::Task task = bench.ledger.begin("accept 192.0.2.1 port 25");
        TaskLedger::Task moved = std::move(task);
        moved.round_failed("no memory");
    }
    CHECK(bench.ledger.not_running(in(24h)) ==
          std::vector<std::string>{"the task accept 192.0.2.1 port 25 has ended: no memory"});
    {
        TaskLedger::Task task = bench.ledger.begin("http");
        task.finished();
    }
    CHECK(bench.ledger.not_running(in(0s)).size() == 1);
}

TEST_CASE("a fault of what waits for events is a warning for a minute: its next round may be far away") {
    Bench bench;
    {
        TaskLedger::Task accept = bench.ledger.begin("accept");
        accept.round_failed("no memory");
        bench.ledger.note("session", "planted");
        CHECK(bench.ledger.not_running(in(0s)).empty());
        CHECK(bench.ledger.lately(in(0s)) ==
              std::vector<std::string>{"a fault in accept: no memory", "a fault in session: planted"});
        CHECK(bench.ledger.lately(in(61s)).empty());
        accept.round_ended();
        CHECK(bench.ledger.lately(in(0s)).size() == 1);
        accept.finished();
    }
    CHECK(bench.ledger.faults() == std::map<std::string, std::uint64_t>{{"accept", 1}, {"session", 1}});
}

TEST_CASE("who is told of a fault may fail himself") {
    TaskLedger ledger([](const std::string&, const std::string&) { throw std::runtime_error("the log is gone"); });
    TaskLedger::Task task = ledger.begin("reserve", 1h);
    task.round_failed("planted");
    ledger.note("session", "planted");
    CHECK(ledger.faults() == std::map<std::string, std::uint64_t>{{"reserve", 1}, {"session", 1}});
}

TEST_CASE("the loop outlives the ledger") {
    asio::io_context io;
    {
        TaskLedger ledger(nullptr);
        asio::co_spawn(io, keep_running(ledger.begin("late"), Rhythm{}, [] { return fails(); }), asio::detached);
        io.poll();
    }
    io.poll();
}

TEST_CASE("what work on the disk pool throws comes to the coroutine that waits for it, and the pool goes on") {
    asio::io_context io;
    asio::thread_pool disk{1};
    std::vector<std::string> heard;
    const auto ask = [&](bool fail) -> asio::awaitable<void> {
        auto work = [fail] {
            if (fail) throw std::runtime_error("planted");
            return std::string("done");
        };
        try {
            std::string answer = co_await on_disk(disk, std::move(work));
            heard.push_back(std::move(answer));
        } catch (const std::exception& error) {
            heard.emplace_back(error.what());
        }
    };
    for (const bool fail : {true, false, true}) {
        asio::co_spawn(io, ask(fail), asio::detached);
        io.run();
        io.restart();
    }
    disk.join();
    CHECK(heard == std::vector<std::string>{"planted", "done", "planted"});
}
