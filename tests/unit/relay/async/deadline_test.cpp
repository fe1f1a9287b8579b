#include "relay/async/deadline.hpp"

#include <catch2/catch.hpp>
#include <optional>

using namespace mugaika;
using namespace std::chrono_literals;

namespace {

struct Bench {
    Bench() : deadline(std::in_place, io, [this] { ++runs; }) {}
    boost::asio::io_context io;
    int runs = 0;
    std::optional<Deadline> deadline;
};

Deadline::Clock::time_point in(Deadline::Clock::duration time) { return Deadline::Clock::now() + time; }

}  // namespace

TEST_CASE("the action runs once when the deadline passes") {
    Bench bench;
    bench.deadline->set(in(-1s));
    bench.io.run();
    CHECK(bench.runs == 1);
    CHECK(bench.deadline->passed());
    bench.deadline->set(in(1h));
    CHECK_FALSE(bench.deadline->passed());
}

TEST_CASE("a deadline that was moved on waits for the later time, one moved back for the earlier") {
    Bench bench;
    SECTION("on") {
        bench.deadline->set(in(1ms));
        const auto later = in(30ms);
        bench.deadline->set(later);
        bench.io.run();
        CHECK(Deadline::Clock::now() >= later);
    }
    SECTION("back") {
        bench.deadline->set(in(1h));
        bench.deadline->set(in(1ms));
        bench.io.run();
    }
    CHECK(bench.runs == 1);
}

TEST_CASE("a cleared deadline leaves nothing to run") {
    Bench bench;
    bench.deadline->set(in(1h));
    SECTION("cleared") { bench.deadline->clear(); }
    SECTION("destroyed") { bench.deadline.reset(); }
    bench.io.run();
    CHECK(bench.runs == 0);
}

TEST_CASE("a deadline that passed unseen runs no action after it was cleared") {
    Bench bench;
    bench.deadline->set(in(-1s));
    SECTION("cleared") { bench.deadline->clear(); }
    SECTION("destroyed") { bench.deadline.reset(); }
    SECTION("moved on and cleared") {
        bench.deadline->set(in(1h));
        bench.deadline->clear();
    }
    bench.io.run();
    CHECK(bench.runs == 0);
}
