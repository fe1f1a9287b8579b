#include "relay/stats/log_reader.hpp"

#include <sys/resource.h>

#include <algorithm>
#include <catch2/catch.hpp>
#include <sstream>
#include <streambuf>

#include "relay/log/event_json.hpp"
#include "relay/stats/log_blocks.hpp"

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

namespace {

// So many bytes of one character, then a text; nothing of it is kept anywhere.
class LongLine : public std::streambuf {
public:
    LongLine(std::uint64_t length, std::string then) : left_(length), then_(std::move(then)) {}

private:
    std::streamsize xsgetn(char* into, std::streamsize wanted) override {
        const auto some = static_cast<std::size_t>(std::min(static_cast<std::uint64_t>(wanted), left_));
        std::fill_n(into, some, 'x');
        left_ -= some;
        const std::size_t rest = std::min(static_cast<std::size_t>(wanted) - some, then_.size());
        std::copy_n(then_.begin(), rest, into + some);
        then_.erase(0, rest);
        return static_cast<std::streamsize>(some + rest);
    }
    int_type underflow() override { return traits_type::eof(); }

    std::uint64_t left_;
    std::string then_;
};

long peak_kb() {
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

struct Told {
    LogReading reading;
    std::size_t events = 0;
};

Told told(const std::string& log, LogDetail detail) {
    std::istringstream in(log);
    Told told;
    const auto take = [&](const ReadEvent&) { ++told.events; };
    REQUIRE(read_log(in, "log", take, told.reading, detail).has_value());
    return told;
}

}  // namespace

TEST_CASE("a gigabyte in one line is passed over with little memory, and what follows is read") {
    LongLine bytes(1u << 30, "\n" + idle(7));
    std::istream in(&bytes);
    LogReading reading;
    std::size_t events = 0;
    const long before = peak_kb();
    REQUIRE(read_log(
                in, "events.jsonl", [&](const ReadEvent&) { ++events; }, reading)
                .has_value());
    CHECK(events == 1);
    CHECK(reading.lines == 2);
    CHECK(reading.broken == 1);
    CHECK(reading.first_broken == "events.jsonl:1: it is longer than 16777216");
    CHECK(peak_kb() - before < 64 * 1024);
}

TEST_CASE("lines longer than a block are whole, wherever the blocks end") {
    std::string log;
    for (const std::size_t bytes : {LogBlock::bytes - 200, LogBlock::bytes, 3 * LogBlock::bytes, std::size_t{1}}) {
        log +=
            R"({"time":"2026-11-30T09:00:00Z","event":"of.later","x":")" + std::string(bytes, 'y') + "\"}\n" + idle(1);
    }
    log.pop_back();  // the last line lacks its end
    for (const LogDetail detail : {LogDetail::all, LogDetail::counts, LogDetail::counts_without_people}) {
        const Told all = told(log, detail);
        CHECK(all.events == 8);
        CHECK(all.reading.broken == 0);
    }
}

TEST_CASE("a line is an event or none, whatever of it is wanted, and it is said where the first wrong one stands") {
    const std::string frame = R"({"time":"2026-11-30T09:00:00Z","event":)";
    const auto sanitized = [&](const std::string& part) {
        return frame + R"("message.sanitized","id":"a","session":"s","parts":[{)" + part + "}]}";
    };
    const std::vector<std::string> wrong{"{",
                                         "[]",
                                         "\"x\"",
                                         std::string(3, '\0'),
                                         std::string(100'000, '['),
                                         "\xff\xfe",
                                         frame,
                                         frame + R"("session.idle","client":5,"sessions":1})",
                                         frame + R"("session.idle","client":"c","sessions":-1})",
                                         frame + R"("session.idle","client":"c","client":"d","sessions":1})",
                                         frame + R"("session.idle","time":"2026-11-30T09:00:00Z","sessions":1})",
                                         frame + R"("of.later","event":"session.idle"})",
                                         frame + R"("session.idle","host":1,"sessions":1})",
                                         frame + R"("message.received","message_id":{},"bytes":1})",
                                         frame + R"("message.received","sha256":[],"bytes":1})",
                                         frame + R"("message.delivered","next_hop":1})",
                                         frame + R"("message.delivered","answer":null})",
                                         frame + R"("message.delivered","to":["a",1]})",
                                         sanitized(R"("name":7)"),
                                         sanitized(R"("sha256":7)"),
                                         sanitized(R"("out_kind":[])"),
                                         sanitized(R"("bytes":-1)"),
                                         sanitized(R"("kind":7)"),
                                         sanitized(R"("losses":[{"what":1}])"),
                                         sanitized(R"("path":{})"),
                                         frame + R"("message.sanitized","in":{"bytes":1,"sha256":2}})",
                                         frame + R"("session.idle","client":"c","sessions":1)"};
    for (const std::string& line : wrong) {
        for (const LogDetail detail : {LogDetail::all, LogDetail::counts, LogDetail::counts_without_people}) {
            CAPTURE(line.substr(0, 200), static_cast<int>(detail));
            const Told all = told(idle(1) + "\n" + line + "\n" + idle(2), detail);
            CHECK(all.events == 2);
            CHECK(all.reading.broken == 1);
            CHECK_THAT(all.reading.first_broken, Catch::StartsWith("log:3: "));
        }
    }
}

TEST_CASE("lines of earlier and later versions are events, and a later version's members disturb nothing") {
    const std::string frame = R"({"time":"2026-11-30T09:00:00Z","event":)";
    const std::vector<std::string> right{
        frame + R"("session.idle","host":"h","writer":"relay","number":12,"hash":"00ff","client":"c","sessions":1})",
        R"({"writer":"relay","number":12,"hash":"00ff",)" + frame.substr(1) +
            R"("session.idle","client":"c","sessions":1})",
        frame + R"("session.idle"})",
        frame + R"("of.later","x":{"event":"session.idle","time":7}})",
        frame + R"("message.sanitized","verdict":"of later","parts":[{"kind":"of later","of_later":[1]}]})",
        frame + R"("message.delivered","verdict":"of later","reason":"of later","worker_us":1})"};
    for (const std::string& line : right) {
        for (const LogDetail detail : {LogDetail::all, LogDetail::counts, LogDetail::counts_without_people}) {
            CAPTURE(line, static_cast<int>(detail));
            const Told all = told(line + "\n", detail);
            CHECK(all.events == 1);
            CHECK(all.reading.broken == 0);
        }
    }
}

TEST_CASE("what a sender writes makes no line and no member of its own") {
    const std::string forged =
        "x\"}\n" + idle(9) + R"(","event":"message.delivered","to":["y@z)" + "\r\n\0\xff\xe2\x80\xa8";
    const MailTag tag{forged, forged, forged};
    const smtp::Reply reply{550, forged, forged};
    const Moment moment{std::chrono::hours(24 * 20000)};
    Ledger ledger;
    ledger.parts.emplace_back().facts.name = forged;
    ledger.parts.back().facts.declared_type = forged;
    const std::vector<AnyEvent> events{event::MessageReceived{tag, forged, {forged, forged}, forged, {}, 1, forged},
                                       event::MessageSanitized{tag, ledger, 1},
                                       event::MessageRefused{tag, forged, {forged}, Reason::none, reply, {}},
                                       event::RecipientRefused{tag, forged, forged, reply, forged},
                                       event::SessionClientNamed{forged, forged, forged, forged, forged, forged}};
    std::string log;
    for (const AnyEvent& event : events) log += json_line(moment, forged, event);
    for (const LogDetail detail : {LogDetail::all, LogDetail::counts, LogDetail::counts_without_people}) {
        std::istringstream in(log);
        LogReading reading;
        std::vector<std::size_t> kinds;
        const auto take = [&](const ReadEvent& read) {
            REQUIRE(read.event);
            kinds.push_back(read.event->index());
            CHECK(read.others.empty());
        };
        REQUIRE(read_log(in, "log", take, reading, detail).has_value());
        CHECK(reading.broken == 0);
        REQUIRE(kinds.size() == events.size());
        for (std::size_t i = 0; i < events.size(); ++i) CHECK(kinds[i] == events[i].index());
    }
}

TEST_CASE("who takes events may give up in the middle") {
    std::string log;
    for (std::size_t i = 0; i < 50'000; ++i) log += idle(i);
    std::istringstream in(log);
    LogReading reading;
    const auto take = [](const ReadEvent&) { throw std::runtime_error("enough"); };
    CHECK_THROWS_WITH(read_log(in, "log", take, reading), "enough");
}
