#include "relay/log/timestamp.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <ctime>

using namespace mugaika;
using std::chrono::sys_days;
using namespace std::chrono_literals;

namespace {

// Tests speak of Japan's time whatever zone the machine is in.
class InZone {
public:
    explicit InZone(const char* zone) {
        if (const char* old = std::getenv("TZ")) old_ = old;
        setenv("TZ", zone, 1);
        tzset();
    }
    ~InZone() {
        if (old_.empty()) {
            unsetenv("TZ");
        } else {
            setenv("TZ", old_.c_str(), 1);
        }
        tzset();
    }

private:
    std::string old_;
};

const Moment quarter_past_nine = sys_days(std::chrono::year(2026) / 11 / 20) + 0h + 15min + 2s + 123ms;  // UTC

}  // namespace

TEST_CASE("a moment is written with the machine's offset and milliseconds") {
    {
        InZone japan("JST-9");
        CHECK(rfc3339(quarter_past_nine) == "2026-11-20T09:15:02.123+09:00");
        CHECK(local_time_text(quarter_past_nine) == "2026-11-20 09:15:02");
        CHECK(local_utc_offset_minutes(quarter_past_nine) == 540);
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

TEST_CASE("a day in an option stands for its whole length in local time") {
    InZone japan("JST-9");
    const Moment begin = sys_days(std::chrono::year(2026) / 11 / 29) + 15h;
    CHECK(moment_from_option("2026-11-30", DayEdge::begin) == begin);
    CHECK(moment_from_option("2026-11-30", DayEdge::end) == begin + 24h);
    CHECK(moment_from_option("2026-11-20T09:15:02.123+09:00", DayEdge::end) == quarter_past_nine);
    CHECK_FALSE(moment_from_option("2026-11-31", DayEdge::begin));
    CHECK_FALSE(moment_from_option("30.11.2026", DayEdge::begin));
}
