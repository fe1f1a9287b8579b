#include "relay/stats/log_reader.hpp"

#include <catch2/catch.hpp>
#include <sstream>

using namespace mugaika;

namespace {

std::string idle(std::size_t sessions) {
    return R"({"time":"2026-11-30T09:00:00.000+09:00","event":"session.idle","host":"h","client":"c","sessions":)" +
           std::to_string(sessions) + "}\n";
}

}  // namespace

TEST_CASE("events are handed over in the order of their lines, however many are parsed beside each other") {
    constexpr std::size_t events = 20000;  // two megabytes: several blocks
    std::string log;
    for (std::size_t i = 0; i < events; ++i) {
        log += idle(i);
        if (i % 1000 == 999) log += "broken\n\n";
    }
    std::istringstream in(log);
    LogReading reading;
    std::size_t next = 0;
    bool in_order = true;
    const auto take = [&](const ReadEvent& read) {
        in_order = in_order && std::get<event::SessionIdle>(*read.event).sessions == next;
        ++next;
    };
    REQUIRE(read_log(in, "log", take, reading).has_value());
    CHECK(in_order);
    CHECK(next == events);
    CHECK(reading.lines == events + 20);
    CHECK(reading.broken == 20);
    CHECK_THAT(reading.first_broken, Catch::StartsWith("log:1001: it is no JSON"));
}

TEST_CASE("a line without an end is as long as it may be, and what follows is read") {
    std::string log = idle(1) + "{\"time\":\"" + std::string(log_line_bytes_max, 'x');
    log += "\n" + idle(2) + std::string(log_line_bytes_max + 1, '[') + "\n" + idle(3);
    std::istringstream in(log);
    LogReading reading;
    std::vector<std::uint64_t> seen;
    const auto take = [&](const ReadEvent& read) {
        seen.push_back(std::get<event::SessionIdle>(*read.event).sessions);
    };
    REQUIRE(read_log(in, "log", take, reading).has_value());
    CHECK(seen == std::vector<std::uint64_t>{1, 2, 3});
    CHECK(reading.broken == 2);
}
