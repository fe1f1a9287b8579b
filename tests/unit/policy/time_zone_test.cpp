#include "policy/time_zone.hpp"

#include <catch2/catch.hpp>
#include <limits>

#include "tests/support/in_zone.hpp"

using namespace mugaika;

TEST_CASE("Japan's clock needs no database and has no summer") {
    for (const std::int64_t moment : {std::int64_t{1793841072}, std::int64_t{1780000000}, std::int64_t{0}}) {
        CHECK(japan_time(moment).offset_minutes == 540);
        CHECK(japan_time(moment).name == "JST");
    }
}

TEST_CASE("a zone is named by its letters, or by its offset when it has none") {
    struct Row {
        const char* rule;
        std::int64_t moment;
        int offset;
        const char* name;
    };
    const std::int64_t november = 1793841072;
    const std::int64_t july = 1783000000;
    for (const Row& row :
         {Row{"JST-9", november, 540, "JST"}, Row{"UTC0", november, 0, "UTC"},
          Row{"CET-1CEST,M3.5.0,M10.5.0/3", november, 60, "CET"}, Row{"CET-1CEST,M3.5.0,M10.5.0/3", july, 120, "CEST"},
          Row{"<+0545>-5:45", november, 345, "UTC+05:45"}, Row{"<-03>3", november, -180, "UTC-03:00"}}) {
        const InZone zone(row.rule);
        CHECK(process_time(row.moment).offset_minutes == row.offset);
        CHECK(process_time(row.moment).name == row.name);
    }
}

TEST_CASE("a moment has one form in a mail, with the zone named") {
    CHECK(moment_text(1793841072, japan_time(1793841072)) == "2026-11-05 10:11 (JST)");
    CHECK(moment_text(1793841072, zone_of_offset(345)) == "2026-11-05 06:56 (UTC+05:45)");
    CHECK(moment_text(1793841072, zone_of_offset(-210)) == "2026-11-04 21:41 (UTC-03:30)");
    CHECK(moment_text(1793841072, zone_of_offset(0)) == "2026-11-05 01:11 (UTC)");
    CHECK(day_text(1793804400, zone_of_offset(540)) == "2026-11-05");  // midnight in Japan
    CHECK(day_text(1793804399, zone_of_offset(540)) == "2026-11-04");
    CHECK(moment_text(-62135510400, zone_of_offset(0)) == "0001-01-02 00:00 (UTC)");
    for (const std::int64_t none :
         {std::int64_t{253402300800}, std::int64_t{-62135596801}, std::numeric_limits<std::int64_t>::max(),
          std::numeric_limits<std::int64_t>::min()}) {
        CHECK(moment_text(none, zone_of_offset(540)).empty());
        CHECK(day_text(none, zone_of_offset(540)).empty());
    }
}

TEST_CASE("a name is one of the machine's zones, never a path") {
    CHECK(is_time_zone("Asia/Tokyo"));
    CHECK(is_time_zone("UTC"));
    for (const char* none : {"", "Asia/Tokio", "../../etc/passwd", "/etc/localtime", "JST-9", ":UTC", "Asia", "Asia/",
                             "Asia/Tokyo ", "Asia/\nTokyo"}) {
        INFO(none);
        CHECK_FALSE(is_time_zone(none));
    }
}

TEST_CASE("the process moves to the zone that is named, and stays where none is") {
    const InZone zone("UTC0");
    use_time_zone("");
    CHECK(process_time(1793841072).name == "UTC");
    use_time_zone("Asia/Tokyo");
    CHECK(process_time(1793841072).name == "JST");
    CHECK(process_time(1793841072).offset_minutes == 540);
}
