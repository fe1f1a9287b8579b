#include "relay/stats/moment_option.hpp"

#include <catch2/catch.hpp>

#include "tests/support/in_zone.hpp"

using namespace mugaika;

namespace {

constexpr const char* japan = "JST-9";
constexpr const char* central_europe = "CET-1CEST,M3.5.0,M10.5.0/3";

Moment at(std::string_view rfc3339_text) {
    const auto moment = moment_from_rfc3339(rfc3339_text);
    REQUIRE(moment.has_value());
    return *moment;
}

std::string read(std::string_view text, DayEdge edge, Moment now) {
    const auto moment = moment_from_option(text, edge, now);
    return moment ? local_time_text(*moment).substr(0, 19) : moment.error().words();  // without the zone's name
}

}  // namespace

TEST_CASE("--since and --until take RFC 3339, days, minutes, months, today, yesterday and so long ago") {
    const InZone zone(japan);
    const Moment now = at("2026-11-29T05:59:30+09:00");
    struct Row {
        std::string_view text, begin, end;
    };
    const Row rows[] = {
        // RFC 3339 and a time to the second: that moment
        {"2026-11-29T05:59:00+09:00", "2026-11-29 05:59:00", "2026-11-29 05:59:00"},
        {"2026-11-28T20:59:00Z", "2026-11-29 05:59:00", "2026-11-29 05:59:00"},
        {"2026-11-28 20:59:00.5z", "2026-11-29 05:59:00", "2026-11-29 05:59:00"},
        {"2026-11-29 05:59:30", "2026-11-29 05:59:30", "2026-11-29 05:59:30"},
        // a minute
        {"2026-11-29 05:59", "2026-11-29 05:59:00", "2026-11-29 06:00:00"},
        {"2026-11-29T05:59", "2026-11-29 05:59:00", "2026-11-29 06:00:00"},
        {"2026-12-31 23:59", "2026-12-31 23:59:00", "2027-01-01 00:00:00"},
        // a day, month ends and leap years
        {"2026-11-29", "2026-11-29 00:00:00", "2026-11-30 00:00:00"},
        {"2026-11-30", "2026-11-30 00:00:00", "2026-12-01 00:00:00"},
        {"2026-12-31", "2026-12-31 00:00:00", "2027-01-01 00:00:00"},
        {"2026-02-28", "2026-02-28 00:00:00", "2026-03-01 00:00:00"},
        {"2028-02-28", "2028-02-28 00:00:00", "2028-02-29 00:00:00"},
        {"2028-02-29", "2028-02-29 00:00:00", "2028-03-01 00:00:00"},
        {"2000-02-29", "2000-02-29 00:00:00", "2000-03-01 00:00:00"},
        // a month
        {"2026-11", "2026-11-01 00:00:00", "2026-12-01 00:00:00"},
        {"2026-12", "2026-12-01 00:00:00", "2027-01-01 00:00:00"},
        {"2028-02", "2028-02-01 00:00:00", "2028-03-01 00:00:00"},
        // by name
        {"today", "2026-11-29 00:00:00", "2026-11-30 00:00:00"},
        {"yesterday", "2026-11-28 00:00:00", "2026-11-29 00:00:00"},
        {" today\t", "2026-11-29 00:00:00", "2026-11-30 00:00:00"},
        // so long ago
        {"-90m", "2026-11-29 04:29:30", "2026-11-29 04:29:30"},
        {"-2h", "2026-11-29 03:59:30", "2026-11-29 03:59:30"},
        {"-3d", "2026-11-26 05:59:30", "2026-11-26 05:59:30"},
        {"-2w", "2026-11-15 05:59:30", "2026-11-15 05:59:30"},
        {"-0h", "2026-11-29 05:59:30", "2026-11-29 05:59:30"},
        // the first and the last year
        {"1970-01-01T00:00:00Z", "1970-01-01 09:00:00", "1970-01-01 09:00:00"},
        {"2200-12", "2200-12-01 00:00:00", "2201-01-01 00:00:00"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        CHECK(read(row.text, DayEdge::begin, now) == row.begin);
        CHECK(read(row.text, DayEdge::end, now) == row.end);
    }
}

TEST_CASE("yesterday and today know month ends, leap years and the local midnight") {
    const InZone zone(japan);
    struct Row {
        std::string_view now, yesterday, today;
    };
    const Row rows[] = {
        {"2026-12-01T00:00:00+09:00", "2026-11-30 00:00:00", "2026-12-01 00:00:00"},
        {"2027-01-01T12:00:00+09:00", "2026-12-31 00:00:00", "2027-01-01 00:00:00"},
        {"2026-03-01T12:00:00+09:00", "2026-02-28 00:00:00", "2026-03-01 00:00:00"},
        {"2028-03-01T12:00:00+09:00", "2028-02-29 00:00:00", "2028-03-01 00:00:00"},
        {"2026-11-28T15:00:00Z", "2026-11-28 00:00:00", "2026-11-29 00:00:00"},  // midnight in Japan
        {"2026-11-28T14:59:59Z", "2026-11-27 00:00:00", "2026-11-28 00:00:00"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.now);
        CHECK(read("yesterday", DayEdge::begin, at(row.now)) == row.yesterday);
        CHECK(read("yesterday", DayEdge::end, at(row.now)) == row.today);
        CHECK(read("today", DayEdge::begin, at(row.now)) == row.today);
    }
}

TEST_CASE("months, years and fiscal years are known by their names") {
    const InZone zone(japan);
    const Moment now = at("2026-02-15T12:00:00+09:00");
    const auto span = [&](std::string_view text) {
        return std::pair(moment_from_option(text, DayEdge::begin, now).value(),
                         moment_from_option(text, DayEdge::end, now).value());
    };
    CHECK(span("this month") == std::pair(at("2026-02-01T00:00:00+09:00"), at("2026-03-01T00:00:00+09:00")));
    CHECK(span("last month") == std::pair(at("2026-01-01T00:00:00+09:00"), at("2026-02-01T00:00:00+09:00")));
    CHECK(span("this year") == std::pair(at("2026-01-01T00:00:00+09:00"), at("2027-01-01T00:00:00+09:00")));
    CHECK(span("last year") == std::pair(at("2025-01-01T00:00:00+09:00"), at("2026-01-01T00:00:00+09:00")));
    CHECK(span("this fiscal year") == std::pair(at("2025-04-01T00:00:00+09:00"), at("2026-04-01T00:00:00+09:00")));
    CHECK(span("last fiscal year") == std::pair(at("2024-04-01T00:00:00+09:00"), at("2025-04-01T00:00:00+09:00")));
    const Moment april = at("2026-04-01T00:00:00+09:00");
    CHECK(moment_from_option("this fiscal year", DayEdge::begin, april).value() == april);
    CHECK_FALSE(moment_from_option("last", DayEdge::begin, now).has_value());
    CHECK_FALSE(moment_from_option("last week ago", DayEdge::begin, now).has_value());
}

TEST_CASE("a day is as long as the clocks make it") {
    const InZone zone(central_europe);
    const Moment now = at("2026-10-26T12:00:00+01:00");
    const auto hours = [&](std::string_view day) {
        const auto begin = moment_from_option(day, DayEdge::begin, now);
        const auto end = moment_from_option(day, DayEdge::end, now);
        REQUIRE((begin && end));
        return std::chrono::duration_cast<std::chrono::hours>(*end - *begin).count();
    };
    CHECK(hours("2026-03-29") == 23);
    CHECK(hours("2026-10-25") == 25);
    CHECK(hours("yesterday") == 25);
    CHECK(hours("2026-10") == 31 * 24 + 1);
}

TEST_CASE("what is no time is quoted, and it is said what was wrong or expected") {
    const InZone zone(japan);
    const Moment now = at("2026-11-29T05:59:30+09:00");
    struct Row {
        std::string_view text, says;
    };
    const Row rows[] = {
        // no such day, hour, minute
        {"2026-02-29", "this month has the days 01 to 28"},
        {"2028-02-30", "this month has the days 01 to 29"},
        {"2100-02-29", "this month has the days 01 to 28"},
        {"2026-11-31", "this month has the days 01 to 30"},
        {"2026-11-00", "this month has the days 01 to 30"},
        {"2026-13", "the month must be 01 to 12"},
        {"2026-00", "the month must be 01 to 12"},
        {"2026-11-29 24:00", "the hour must be 00 to 23"},
        {"2026-11-29 23:60", "the minute must be 00 to 59"},
        {"2026-11-29 23:59:60", "the second must be 00 to 59"},
        {"1969-12-31", "the year must be 1970 to 2200"},
        {"9999-01", "the year must be 1970 to 2200"},
        {"-999999w", "it lies before 1970"},
        {"-1000000m", "it lies before 1970"},
        // other shapes
        {"", "expected 2026-11-29"},
        {"2026", "expected 2026-11-29"},
        {"2026-11-29 05", "expected 2026-11-29"},
        {"2026-11-29 05:5", "expected 2026-11-29"},
        {"2026-1-29", "expected 2026-11-29"},
        {"26-11-29", "expected 2026-11-29"},
        {"29.11.2026", "expected 2026-11-29"},
        {"2026/11/29", "expected 2026-11-29"},
        {"2026-11-29 05:59 JST", "expected 2026-11-29"},
        {"2026-11-29T05:59:00+0900", "expected 2026-11-29"},
        {"2026-02-30T00:00:00Z", "expected 2026-11-29"},
        {"tomorrow", "expected 2026-11-29"},
        {"Yesterday evening", "expected 2026-11-29"},
        {"2h", "expected 2026-11-29"},
        {"-2", "expected 2026-11-29"},
        {"-h", "expected 2026-11-29"},
        {"-2y", "expected 2026-11-29"},
        {"-2.5h", "expected 2026-11-29"},
        {"--2h", "expected 2026-11-29"},
        {"\xef\xbc\x92\xef\xbc\x90", "expected 2026-11-29"},
    };
    for (const Row& row : rows) {
        CAPTURE(row.text);
        const auto moment = moment_from_option(row.text, DayEdge::begin, now);
        REQUIRE_FALSE(moment.has_value());
        CHECK(moment.error().fault() == Fault::bad_input);
        CHECK_THAT(moment.error().words(), Catch::StartsWith("\"" + std::string(row.text) + "\" is no time") &&
                                               Catch::Contains(std::string(row.says)));
    }
    const auto escape = moment_from_option("\x1b[2J", DayEdge::begin, now);
    CHECK(escape.error().words().find('\x1b') == std::string::npos);
}
