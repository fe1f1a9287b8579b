#include "relay/stats/mail_counter.hpp"

#include <catch2/catch.hpp>
#include <sstream>

#include "relay/log/event_json.hpp"
#include "relay/stats/log_reader.hpp"
#include "relay/stats/stats_report.hpp"

using namespace mugaika;

namespace {

std::string log_of_people() {
    const Moment moment{std::chrono::hours(24 * 20000)};
    const MailTag delivered{"a", "s1", "city", {}, "m@x"};
    const MailTag refused{"b", "s2", "town", {}, "n@x"};
    const std::vector<std::string> to{"u@city.example", "V@town.example"};
    const smtp::Reply reply{550, "5.1.1", "no such user"};
    std::string log;
    for (const AnyEvent& event :
         {AnyEvent(event::MessageReceived{delivered, "a@one.example", to, "c", {}, 10, "f"}),
          AnyEvent(event::MessageReceived{refused, "b@two.example", to, "c", {}, 20, "f"}),
          AnyEvent(event::RecipientRefused{refused, "b@two.example", "w@x", reply, "c"}),
          AnyEvent(event::MessageRefused{refused, "b@two.example", to, Reason::none, reply, {}})}) {
        log += json_line(moment, "mx", event);
    }
    return log;
}

std::string counted(const StatsQuery& query, std::optional<LogDetail> detail) {
    MailCounter counter(query);
    std::istringstream in(log_of_people());
    LogReading reading;
    const auto take = [&counter](const ReadEvent& read) { counter.take(read); };
    REQUIRE(read_log(in, "log", take, reading, detail.value_or(counter.detail())).has_value());
    std::ostringstream out;
    print_stats(out, StatsFormat::csv, std::move(counter).finish_table());
    return out.str();
}

}  // namespace

TEST_CASE("a counter is told enough for each dimension that is asked for, in rows and in conditions") {
    for (int i = 0; i <= static_cast<int>(Dimension::stage); ++i) {
        const auto dimension = static_cast<Dimension>(i);
        CAPTURE(to_string(dimension));
        CHECK(counted({{}, {}, {dimension}}, {}) == counted({{}, {}, {dimension}}, LogDetail::all));
    }
    for (const Condition& condition :
         {Condition{Dimension::sender_domain, "two.example"}, Condition{Dimension::recipient, "v@town.example"},
          Condition{Dimension::recipient_domain, "town.example"}}) {
        CAPTURE(condition.value);
        const StatsQuery query{{}, {}, {Dimension::verdict}, {condition}};
        CHECK(counted(query, {}) == counted(query, LogDetail::all));
        CHECK(counted(query, {}) != counted(query, LogDetail::counts_without_people));
    }
}
