#include "policy/terminal_columns.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

TEST_CASE("Japanese characters take two columns, ASCII and half-width kana one") {
    CHECK(terminal_columns("") == 0);
    CHECK(terminal_columns("abc") == 3);
    CHECK(terminal_columns("見積書.pdf") == 10);
    CHECK(terminal_columns("ｶﾅ") == 2);
    CHECK(terminal_columns("ＡＢ１（）、。") == 14);
    CHECK(terminal_columns("髙﨑") == 4);
    CHECK(terminal_columns("\xf0\xa0\xae\xb7野家") == 6);  // U+20BB7
    CHECK(terminal_columns("🏢") == 2);
    CHECK(terminal_columns("①…Ω") == 3);
    CHECK(terminal_columns("한글") == 4);
}

TEST_CASE("combining marks and variation selectors take no column") {
    CHECK(terminal_columns("か\xe3\x82\x99") == 2);      // decomposed が
    CHECK(terminal_columns("葛\xf3\xa0\x84\x80") == 2);  // U+E0100
    CHECK(terminal_columns("e\xcc\x81") == 1);
}

TEST_CASE("a cell is filled or cut to its columns, never inside a character") {
    CHECK(fitted("abc", 5) == "abc  ");
    CHECK(fitted("見積", 5) == "見積 ");
    CHECK(fitted("見積書", 6) == "見積書");
    CHECK(fitted("見積書", 5) == "見積…");
    CHECK(fitted("見積書", 4) == "見… ");
    CHECK(fitted("見積書", 1) == "…");
    CHECK(fitted("見積書", 0).empty());
    CHECK(terminal_columns(fitted("\xff\xfe見積書", 4)) == 4);
}
