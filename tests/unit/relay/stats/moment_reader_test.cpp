#include "relay/stats/moment_reader.hpp"

#include <catch2/catch.hpp>
#include <vector>

using namespace mugaika;

TEST_CASE("times are read as one by one, whatever stood before them") {
    const std::vector<std::string> texts{
        "2026-11-20T09:15:02.123+09:00", "2026-11-20T09:15:59.999+09:00", "2026-11-20T09:15:60.500+09:00",
        "2026-11-20T09:15:61.000+09:00", "2026-11-20T09:15:02.123-09:00", "2026-11-20T09:15:02.123+0900",
        "2026-11-20T09:15:02.12+09:000", "2026-11-20T09:15:0a.123+09:00", "2026-11-20T09:15:02,123+09:00",
        "2026-11-20T09:15:02.1234567Z!", "2026-11-20T09:15:02.123456789", "2026-11-20 09:15:02.123+09:00",
        "2026-11-20T09:16:00.000+09:00", "2026-11-31T09:15:02.123+09:00", "2026-13-20T09:15:02.123+09:00",
        "2026-11-20T24:15:02.123+09:00", "2026-11-20T09:15:02.123Z",      "2026-11-20T09:15:02.12345678Z",
        "2026-11-20T09:15:-1.123+09:00", "2026-11-20T09:15:+2.123+09:00", ""};
    for (const std::string& before : texts) {
        MomentReader moments;
        for (const std::string& text : texts) {
            CAPTURE(before, text);
            moments.read(before);
            CHECK(moments.read(text) == moment_from_rfc3339(text));
        }
    }
}
