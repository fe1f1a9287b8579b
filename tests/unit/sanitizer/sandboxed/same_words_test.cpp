#include "sanitizer/sandboxed/same_words.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace mugaika::sandboxed;

TEST_CASE("layout, width, case, punctuation and links do not make texts differ") {
    struct Row {
        std::string a, b;
        bool differ;
    };
    const auto row = GENERATE(values<Row>({
        {"", "", false},
        {"会議は明日の午前十時から、第三会議室で行います。", "会議は明日の午前十時から\n第三会議室で行います", false},
        {"ＡＢＣ株式会社　ﾃｽﾄ係", "abc株式会社テスト係", false},
        {"See https://example.jp/a?b=c for the agenda of the meeting", "See for the agenda of the meeting", false},
        {"詳しくは www.example.jp をご覧ください。よろしくお願いします。",
         "詳しくはこちらをご覧ください。よろしくお願いします。hxxps[:]//example[.]jp/", false},
        {"会議は明日の午前十時から、第三会議室で行います。", "至急、下記の口座に振り込んでください。本日中です。",
         true},
        {"The invoice is attached.", "", true},
        {"はい", "はい", false},
        {"はい", "いいえ", true},
        {"短い文です", "短い文ですが、こちらには二倍よりずっと長い別の文章が続いていて、内容が異なります", true},
    }));
    INFO(row.a << " | " << row.b);
    CHECK(differ(Words(row.a), Words(row.b)) == row.differ);
    CHECK(differ(Words(row.b), Words(row.a)) == row.differ);
}

TEST_CASE("a short note that points to the HTML form is a stub, a text of its own is not") {
    const std::string letter = "会議は明日の午前十時から、第三会議室で行います。資料は当日お配りします。";
    const Words html(letter);
    const auto stub = [&](const std::string& plain) { return is_stub(plain, Words(plain), html); };
    CHECK(stub(""));
    CHECK(stub(" \n"));
    CHECK(stub("このメールはHTML形式です。HTML対応のメールソフトでご覧ください。"));
    CHECK(stub("Please view this HTML message."));
    CHECK(stub("会議"));
    CHECK_FALSE(stub(letter));
    CHECK_FALSE(stub("至急、下記の口座に振り込んでください。"));
    CHECK_FALSE(is_stub("", Words(""), Words("")));
}

TEST_CASE("bad UTF-8 and long texts are compared without trouble") {
    CHECK_FALSE(differ(Words(std::string(1u << 20, 'a')), Words(std::string(1u << 20, 'a'))));
    CHECK(differ(Words("\xff\xfe\xc0"), Words("abcdef")) == true);
}
