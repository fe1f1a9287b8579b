#include "policy/shown_text.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

TEST_CASE("Japanese text passes unchanged") {
    CHECK(shown_text("見積書（最終版）.pdf") == "見積書（最終版）.pdf");
    CHECK(shown_text("") == "");
}

TEST_CASE("AC-255 each control, invisible character and wrong byte becomes one U+FFFD") {
    CHECK(shown_text("a\x1b[2Jb") == "a�[2Jb");
    CHECK(shown_text("a\r\nb\tc") == "a��b�c");
    CHECK(shown_text("\xe2\x80\xae"
                     "fdp") == "�fdp");
    CHECK(shown_text("\xc0\xaf") == "��");
    CHECK(shown_text("\xed\xa0\x80") == "���");       // a surrogate
    CHECK(shown_text("\xf4\x90\x80\x80") == "����");  // past U+10FFFF
    CHECK(shown_text("ab\xe3\x81") == "ab��");        // cut inside a character
    CHECK(shown_text(std::string("\0", 1)) == "�");
}

TEST_CASE("text that is too long is cut between characters and ends in an ellipsis") {
    CHECK(shown_text("あいうえお", 15) == "あいうえお");
    CHECK(shown_text("あいうえお", 14) == "あいう…");
    CHECK(shown_text("abcdef", 5) == "ab…");
    CHECK(shown_text("abcdef", 2).empty());
    CHECK(shown_text(std::string(5000, '\x01')).size() <= shown_bytes_max);
}
