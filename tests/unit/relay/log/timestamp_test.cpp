#include "relay/log/timestamp.hpp"

#include <catch2/catch.hpp>

#include "tests/support/in_zone.hpp"

using namespace mugaika;
using std::chrono::sys_days;
using namespace std::chrono_literals;

namespace {

const Moment quarter_past_nine = sys_days(std::chrono::year(2026) / 11 / 20) + 0h + 15min + 2s + 123ms;  // UTC

}  // namespace

TEST_CASE("a moment is written with the machine's offset and milliseconds") {
    {
        InZone japan("JST-9");
        CHECK(rfc3339(quarter_past_nine) == "2026-11-20T09:15:02.123+09:00");
        CHECK(local_time_text(quarter_past_nine) == "2026-11-20 09:15:02 JST");
    }
    {
        InZone nepal("<+0545>-5:45");  // without letters of its own
        CHECK(local_time_text(quarter_past_nine) == "2026-11-20 06:00:02 UTC+05:45");
    }
    InZone newfoundland("NST+3:30");
    CHECK(rfc3339(quarter_past_nine) == "2026-11-19T20:45:02.123-03:30");
}

TEST_CASE("RFC 3339 is read back to the millisecond, whatever the offset") {
    for (const char* text : {"2026-11-20T09:15:02.123+09:00", "2026-11-20T00:15:02.123Z",
                             "2026-11-19t20:45:02.1239-03:30", "2026-11-20 00:15:02.123z"}) {
        CAPTURE(text);
        const auto moment = moment_from_rfc3339(text);
        REQUIRE(moment);
        CHECK(*moment == quarter_past_nine);
    }
}

TEST_CASE("what is no moment is not read as one") {
    for (const char* text :
         {"", "2026", "2026-11-20", "2026-11-20T09:15:02", "2026-13-20T09:15:02Z", "2026-02-30T09:15:02Z",
          "2026-11-20T24:15:02Z", "2026-11-20T09:60:02Z", "2026-11-20T09:15:02.Z", "20261120T091502Z",
          "2026-11-20T09:15:02Z ", "-026-11-20T09:15:02Z", "2026-11-20T09:15:02+0900", "yesterday"}) {
        CAPTURE(text);
        CHECK_FALSE(moment_from_rfc3339(text));
    }
}

TEST_CASE("a year past what a moment can hold is no moment, and never an overflow") {
    for (const char* text : {"0000-01-01T00:00:00Z", "1600-11-20T09:15:02Z", "1969-12-31T23:59:59Z",
                             "2201-01-01T00:00:00Z", "9999-12-31T23:59:59-23:59"}) {
        CAPTURE(text);
        CHECK_FALSE(moment_from_rfc3339(text));
    }
    CHECK(moment_from_rfc3339("1970-01-01T00:00:00Z") == Moment());
    CHECK(moment_from_rfc3339("2200-12-31T23:59:59Z"));
}
