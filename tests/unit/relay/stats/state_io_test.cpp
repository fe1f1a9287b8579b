#include "relay/stats/state_io.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <sstream>

#include "relay/log/event_json.hpp"
#include "relay/stats/html_report.hpp"
#include "relay/stats/log_reader.hpp"
#include "relay/stats/monthly_report.hpp"

using namespace mugaika;

namespace {

const Moment start{std::chrono::hours(24 * 20000)};

void feed(MonthlyReport& report) {
    const MailTag open{"a", "s1", "city", {}, "m@x"};
    const MailTag ended{"b", "s2", "town", {}, "n@x"};
    const std::vector<std::string> to{"u@city.example", "v@town.example"};
    const smtp::Reply reply{550, "5.1.1", "no such user"};
    Ledger ledger;
    ledger.parts.emplace_back().facts.kind = PartKind::pdf;
    std::string log;
    for (const AnyEvent& event :
         {AnyEvent(event::MessageReceived{open, "a@one.example", to, "c", {}, 10, "f"}),
          AnyEvent(event::MessageSanitized{open, ledger, 1}),
          AnyEvent(event::MessageReceived{ended, "b@two.example", to, "c", {}, 20, "f"}),
          AnyEvent(event::MessageRefused{ended, "b@two.example", to, Reason::none, reply, {}}),
          AnyEvent(event::MessageRefused{ended, "b@two.example", to, Reason::none, reply, {}})}) {
        log += json_line(start, "mx", event);
    }
    std::istringstream in(log);
    LogReading reading;
    REQUIRE(read_log(
                in, "log", [&](const ReadEvent& read) { report.take(read); }, reading)
                .has_value());
}

std::string page(MonthlyReport&& report) {
    std::ostringstream out;
    print_html_report(out, std::move(report).finish());
    return out.str();
}

}  // namespace

TEST_CASE("a counter goes on from its state as if it had never stopped") {
    MonthlyReport whole({}, {}), half({}, {}), rest({}, {});
    feed(whole);
    feed(whole);
    feed(half);
    REQUIRE(take_state(state_of(half), rest));
    feed(rest);
    CHECK(page(std::move(rest)) == page(std::move(whole)));
}

TEST_CASE("any bytes are a state or none, and what is made of them can be shown") {
    MonthlyReport report({}, {});
    feed(report);
    const std::string good = state_of(report);
    for (std::size_t size = 0; size < good.size(); ++size) {
        MonthlyReport cut({}, {});
        CHECK_FALSE(take_state(std::string_view(good).substr(0, size), cut));
    }
    MonthlyReport longer({}, {});
    CHECK_FALSE(take_state(good + '\0', longer));

    std::mt19937 random(7);
    int states = 0;
    for (int i = 0; i < 3000; ++i) {
        std::string bytes = good;
        for (int changes = 0; changes <= i % 4; ++changes) bytes[random() % bytes.size()] = static_cast<char>(random());
        MonthlyReport changed({}, {});
        if (!take_state(bytes, changed)) continue;
        ++states;
        feed(changed);
        CHECK_FALSE(page(std::move(changed)).empty());
    }
    CHECK(states > 0);
}

TEST_CASE("a state that no counter could have is none") {
    const auto is_state = []<class Value>(Value value, auto... parts) {
        StateOut out;
        out(parts...);
        return take_state(std::move(out).take(), value);
    };
    using Classes = std::vector<std::pair<std::uint16_t, std::uint64_t>>;
    CHECK(is_state(TimeHistogram(), Classes{{3, 1}, {20, 2}}));
    CHECK_FALSE(is_state(TimeHistogram(), Classes{{20, 1}, {3, 2}}));
    CHECK_FALSE(is_state(TimeHistogram(), Classes{{3, 1}, {3, 2}}));
    CHECK_FALSE(is_state(TimeHistogram(), Classes{{2000, 1}}));
    CHECK(is_state(Moment(), start));
    CHECK_FALSE(is_state(Moment(), Moment::max()));
    CHECK_FALSE(is_state(Moment(), Moment::min()));
    CHECK_FALSE(is_state(std::string(), std::uint64_t{1} << 60));
    CHECK_FALSE(is_state(std::vector<bool>::size_type(), std::string(20, '\xff')));
    const std::string none;
    const std::vector<std::string> texts;
    CHECK(is_state(MailFacts::Part(), PartKind::other, 0, false, none, none, none, none, texts));
    CHECK_FALSE(is_state(MailFacts::Part(), part_kind_count, 0, false, none, none, none, none, texts));
    const MailRows rows({{}, {}, {Dimension::day}});
    CHECK(is_state(rows, std::map<std::vector<std::string>, Counts>{{{"d"}, {}}}, Counts(), 0));
    CHECK_FALSE(is_state(rows, std::map<std::vector<std::string>, Counts>{{{}, {}}}, Counts(), 0));
}
