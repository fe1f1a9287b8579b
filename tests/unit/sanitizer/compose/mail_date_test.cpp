#include "sanitizer/compose/mail_date.hpp"

#include <catch2/catch.hpp>
#include <limits>

using namespace mugaika;

TEST_CASE("a date is written as RFC 5322 says, at its own offset") {
    CHECK(mail_date({1793841072, 540}) == "Thu, 05 Nov 2026 10:11:12 +0900");
    CHECK(mail_date({1793841072, 0}) == "Thu, 05 Nov 2026 01:11:12 +0000");
    CHECK(mail_date({1793841072, -210}) == "Wed, 04 Nov 2026 21:41:12 -0330");
    CHECK(mail_date({951782400, 0}) == "Tue, 29 Feb 2000 00:00:00 +0000");
    CHECK(mail_date({2147483648, 0}) == "Tue, 19 Jan 2038 03:14:08 +0000");
}

TEST_CASE("AC-115 dates without a four-digit year and odd offsets are not writable") {
    constexpr auto least = std::numeric_limits<std::int64_t>::min();
    constexpr auto most = std::numeric_limits<std::int64_t>::max();
    for (std::int64_t seconds : {least, std::int64_t{-1}, std::int64_t{0}, std::int64_t{253402300800}, most}) {
        CHECK_FALSE(is_writable({seconds, 0}));
    }
    CHECK_FALSE(is_writable({1793841072, 1440}));
    CHECK_FALSE(is_writable({1793841072, -1440}));
    CHECK(mail_date({253402200000, 1439}).substr(12, 4) == "9999");
}
