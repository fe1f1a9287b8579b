#include "policy/folded_text.hpp"

#include <catch2/catch.hpp>

using namespace mugaika;

TEST_CASE("width, case and composition do not count when text is compared for a search") {
    struct Same {
        const char* one;
        const char* other;
    };
    const auto same = GENERATE(values<Same>({{"ｱ", "ア"},
                                             {"ﾊﾟｿｺﾝ", "パソコン"},
                                             {"ｶﾞｽ", "ガス"},
                                             {"か\u3099", "が"},  // as file names of macOS write it
                                             {"ＡＢＣ　１２３", "abc 123"},
                                             {"Report.PDF", "report.pdf"},
                                             {"①②", "12"},
                                             {"㈱山田", "(株)山田"},
                                             {"Ⅳ", "iv"},
                                             {"℡", "tel"},
                                             {"㍉", "ミリ"},
                                             {"10〜12", "10～12"},
                                             {"ÀÉ", "a\u0300e\u0301"},
                                             {"ДОМ", "дом"},
                                             {"神", "神"},  // the first one is U+FA19
                                             {"葛\U000e0100城", "葛城"},
                                             {"co\u00adop", "coop"}}));
    CAPTURE(same.one, same.other);
    CHECK(folded_text(same.one) == folded_text(same.other));
}

TEST_CASE("what only looks alike stays apart when text is compared for a search") {
    CHECK(folded_text("が") != folded_text("か"));
    CHECK(folded_text("は") != folded_text("ハ"));
    CHECK(folded_text("O") != folded_text("0"));
    CHECK(folded_text("髙") != folded_text("高"));
    CHECK(folded_text("ー") != folded_text("一"));
    CHECK(folded_text("a b") == U"a b");
}

TEST_CASE("bytes that are no UTF-8 and private characters are replaced, one by one, when text is compared") {
    CHECK(folded_text("a\xff"
                      "b") == U"a\ufffdb");
    CHECK(folded_text("\xed\xa0\x80") == U"\ufffd\ufffd\ufffd");  // a surrogate
    CHECK(folded_text("\xe3\x81") == U"\ufffd\ufffd");            // cut
    CHECK(folded_text("\ue022\U000f0000") == U"\ufffd\ufffd");
    CHECK(folded_text(std::string_view("a\0b", 3)) == std::u32string_view(U"a\0b", 3));
    CHECK(folded_text("").empty());
    CHECK(folded_text("\ufe0f\u200d").empty());
    CHECK(folded_text("\u3099") == U"\u3099");  // a mark with nothing before it
}
