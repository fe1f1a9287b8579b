#include "policy/display_width.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

TEST_CASE("Japanese characters take two columns, ASCII and half-width kana one") {
    CHECK(display_width("") == 0);
    CHECK(display_width("abc") == 3);
    CHECK(display_width("見積書.pdf") == 10);
    CHECK(display_width("ｶﾅ") == 2);
    CHECK(display_width("ＡＢ１（）、。") == 14);
    CHECK(display_width("髙﨑") == 4);
    CHECK(display_width("\xf0\xa0\xae\xb7野家") == 6);  // U+20BB7
    CHECK(display_width("🏢") == 2);
    CHECK(display_width("①…Ω") == 3);
    CHECK(display_width("한글") == 4);
}

TEST_CASE("combining marks and variation selectors take no column") {
    CHECK(display_width("か\xe3\x82\x99") == 2);      // decomposed が
    CHECK(display_width("葛\xf3\xa0\x84\x80") == 2);  // U+E0100
    CHECK(display_width("e\xcc\x81") == 1);
}

TEST_CASE("a cell is filled or cut to its columns, never inside a character") {
    CHECK(fitted("abc", 5) == "abc  ");
    CHECK(fitted("見積", 5) == "見積 ");
    CHECK(fitted("見積書", 6) == "見積書");
    CHECK(fitted("見積書", 5) == "見積…");
    CHECK(fitted("見積書", 4) == "見… ");
    CHECK(fitted("見積書", 1) == "…");
    CHECK(fitted("見積書", 0).empty());
    CHECK(display_width(fitted("\xff\xfe見積書", 4)) == 4);
}
