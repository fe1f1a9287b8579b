#include "relay/async/waiting_line.hpp"

#include <array>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <catch2/catch.hpp>
#include <exception>
#include <string>

using namespace mugaika;
using namespace std::chrono_literals;

namespace {

using Clock = std::chrono::steady_clock;

struct Visitor {
    std::optional<WaitingLine::Place> place;
    bool came_back = false;
};

boost::asio::awaitable<void> visit(WaitingLine& line, Visitor& visitor, Clock::time_point until) {
    std::optional<WaitingLine::Place> place = co_await line.enter(until);
    if (place) visitor.place.emplace(std::move(*place));
    visitor.came_back = true;
}

struct Bench {
    explicit Bench(std::size_t places) : line(io, places) {}
    void enter(Visitor& visitor, Clock::duration patience = 1h) {
        boost::asio::co_spawn(io, visit(line, visitor, Clock::now() + patience), boost::asio::detached);
        poll();
    }
    void leave(Visitor& visitor) {
        visitor.place.reset();
        poll();
    }
    void poll() {
        io.restart();
        io.poll();
    }
    boost::asio::io_context io;
    WaitingLine line;
};

}  // namespace

TEST_CASE("places are given first come first served") {
    Bench bench(2);
    std::array<Visitor, 5> visitors;
    for (Visitor& visitor : visitors) bench.enter(visitor);
    const auto inside = [&] {
        std::string names;
        for (std::size_t i = 0; i < visitors.size(); ++i) names += visitors[i].place ? std::to_string(i) : "";
        return names;
    };
    CHECK(inside() == "01");
    bench.leave(visitors[1]);
    CHECK(inside() == "02");
    bench.leave(visitors[0]);
    CHECK(inside() == "23");
    bench.leave(visitors[3]);
    bench.leave(visitors[2]);
    CHECK(inside() == "4");
    CHECK(bench.line.free_places() == 1);
}

TEST_CASE("a place can be given on early, once, and says whether somebody had waited for it") {
    Bench bench(1);
    Visitor inside;
    Visitor waiting;
    bench.enter(inside);
    bench.enter(waiting);
    CHECK(inside.place->give_on());
    CHECK_FALSE(inside.place->give_on());
    bench.poll();
    CHECK(waiting.place);
    bench.leave(inside);
    CHECK(bench.line.free_places() == 0);
    CHECK_FALSE(waiting.place->give_on());
    CHECK(bench.line.free_places() == 1);
}

TEST_CASE("who loses patience leaves empty-handed and is not waited for") {
    Bench bench(1);
    Visitor inside;
    Visitor impatient;
    Visitor patient;
    bench.enter(inside);
    bench.enter(impatient, -1s);
    bench.enter(patient);
    CHECK(impatient.came_back);
    CHECK_FALSE(impatient.place);
    bench.leave(inside);
    CHECK(patient.place);
}

TEST_CASE("who is called off while waiting is not waited for") {
    Bench bench(1);
    Visitor inside;
    Visitor called_off;
    Visitor after;
    bench.enter(inside);
    boost::asio::cancellation_signal signal;
    const auto ended = [](std::exception_ptr) {};
    boost::asio::co_spawn(bench.io, visit(bench.line, called_off, Clock::now() + 1h),
                          boost::asio::bind_cancellation_slot(signal.slot(), ended));
    bench.poll();
    bench.enter(after);
    signal.emit(boost::asio::cancellation_type::terminal);
    bench.poll();
    CHECK_FALSE(called_off.place);
    bench.leave(inside);
    CHECK(after.place);
}
