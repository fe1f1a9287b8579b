#include "sanitizer/sandboxed/header/date.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace mugaika;
using namespace mugaika::sandboxed;

TEST_CASE("dates of RFC 5322, obsolete ones included") {
    struct Row {
        std::string_view value;
        std::int64_t seconds;
        int offset;
    };
    const Row rows[] = {
        {"Mon, 1 Jan 2024 09:00:00 +0900", 1704067200, 540},
        {"1 Jan 2024 00:00 +0000", 1704067200, 0},
        {"Mon,  1 Jan 2024 09:00:00 +0900 (JST)", 1704067200, 540},
        {"Mon,1 Jan 24 00:00:00 GMT", 1704067200, 0},
        {"1 Jan 99 00:00:00 EST", 915166800, -300},
        {"29 Feb 2024 00:00:00 -0000", 1709164800, 0},
        {"1 Jan 2024 09:00:00 JST", 1704067200, 540},
        {"1 January 2024 00:00:00 Z", 1704067200, 0},
        {"31 Dec 2016 23:59:60 +0000", 1483228799, 0},
        {"1 Jan 2024 00:00:00 XYZ", 1704067200, 0},
        {"1 Jan 2024 00:00:00", 1704067200, 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.value);
        const auto date = read_date(row.value);
        REQUIRE(date);
        CHECK(date->unix_seconds == row.seconds);
        CHECK(date->offset_minutes == row.offset);
    }
}

TEST_CASE("odd but readable dates are read: ISO 8601, asctime, other zones, other months") {
    struct Row {
        std::string_view value;
        std::int64_t seconds;
        int offset;
    };
    const Row rows[] = {
        {"2024-01-01T00:00:00Z", 1704067200, 0},
        {"2024-01-01T09:00:00+09:00", 1704067200, 540},
        {"2024-01-01T09:00:00.123+0900", 1704067200, 540},
        {"2024-01-01 09:00:00 +0900", 1704067200, 540},
        {"2024-01-01 09:00 +0900", 1704067200, 540},
        {"2024/01/01 09:00:00 JST", 1704067200, 540},
        {"Mon Jan  1 00:00:00 2024", 1704067200, 0},
        {"Mon Jan  1 09:00:00 JST 2024", 1704067200, 540},
        {"Mon Jan 01 09:00:00 +0900 2024", 1704067200, 540},
        {"Jan 1, 2024 09:00:00 +0900", 1704067200, 540},
        {"Mon, 1 Jan 2024 09:00:00 +09:00", 1704067200, 540},
        {"Mon, 1 Jan 2024 09:00:00 GMT+0900 (JST)", 1704067200, 540},
        {"Mon, 1 Jan 2024 09:00:00 GMT+9", 1704067200, 540},
        {"Mon, 1 Jan 2024 09:00:00 UTC+09:00", 1704067200, 540},
        {"1 Jan 2024 09:00:00 +9", 1704067200, 540},
        {"Mon, 1-Jan-2024 00:00:00 GMT", 1704067200, 0},
        {"月, 1 1月 2024 09:00:00 +0900", 1704067200, 540},
        {"Jan 1, 2024 9:00 AM +0900", 1704067200, 540},
        {"Jan 1, 2024 12:00 AM +0000", 1704067200, 0},
        {"Jan 1, 2024 12:00 PM +0000", 1704110400, 0},
    };
    for (const Row& row : rows) {
        CAPTURE(row.value);
        const auto date = read_date(row.value);
        REQUIRE(date);
        CHECK(date->unix_seconds == row.seconds);
        CHECK(date->offset_minutes == row.offset);
    }
}

TEST_CASE("AC-115 what is no date gives nothing") {
    const std::string_view bad[] = {
        "",
        "yesterday",
        "Thu, 1 Jan 1970 00:00:00 +0000",
        "1 Jan 2100 00:00:00 +0000",
        "30 Feb 2024 00:00:00 +0000",
        "29 Feb 2023 00:00:00 +0000",
        "32 Jan 2024 00:00:00 +0000",
        "0 Jan 2024 00:00:00 +0000",
        "1 Foo 2024 00:00:00 +0000",
        "1 Jan 2024 24:00:00 +0000",
        "1 Jan 2024 00:60:00 +0000",
        "1 Jan 2024 00:00:61 +0000",
        "1 Jan 2024 00:00:00 +2400",
        "1 Jan 2024 00:00:00 +0960",
        "1 Jan 2024",
        "1 Jan 00:00:00 +0000",
        "1 Jan 2024 00:00:00 +123",
        "1 Jan 2024 00:00:00 +9:00:00",
        "1 Jan 2024 00:00:00 GMT+",
        "1 Jan 2024 00:00:00 +0900 +0900",
        "1 Jan 2024 01:00:00 02:00:00",
        "1 Jan Feb 2024 00:00:00",
        "1 2 2024 00:00:00",
        "01-02-2024 00:00:00",
        "01/02/2024 00:00:00",
        "2024-13-01T00:00:00Z",
        "2024-01-32T00:00:00Z",
        "2024-01-01T25:00:00Z",
        "2024-01-01",
        "13月 1 2024 00:00:00",
        "1 Jan 2024 13:00 PM",
        "1 Jan 2024 0:30 AM",
        "1 Jan 2024 1:00 AM PM",
        "1 Jan 99999999999 00:00:00 +0000",
        "1 Jan 2024 00:00:00 +0000 x",
        "(",
        "1 Jan 2024 ((((",
    };
    for (const std::string_view value : bad) {
        CAPTURE(value);
        CHECK_FALSE(read_date(value));
    }
    CHECK_FALSE(read_date(std::string(100'000, '1')));
}
