#include "sanitizer/sandboxed/text/same_words.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <array>
#include <catch2/catch.hpp>
#include <random>
#include <string>

using namespace mugaika::sandboxed;

namespace {

// ICU's folding of the whole text at once.
icu::UnicodeString folded_whole(const std::string& text) {
    UErrorCode error = U_ZERO_ERROR;
    const icu::Normalizer2* folder = icu::Normalizer2::getNFKCCasefoldInstance(error);
    icu::UnicodeString folded = folder->normalize(icu::UnicodeString::fromUTF8(text), error);
    REQUIRE(U_SUCCESS(error));
    return folded;
}

std::size_t letters_in(const icu::UnicodeString& text) {
    std::size_t letters = 0;
    for (std::int32_t i = 0; i < text.length(); i = text.moveIndex32(i, 1))
        letters += u_isalnum(text.char32At(i)) ? 1 : 0;
    return letters;
}

}  // namespace

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

TEST_CASE("texts of every kind of character are folded as ICU folds the whole") {
    // What folds alone, what does not, and what combines with either across the seam.
    constexpr std::array<std::string_view, 36> pieces{
        "a", "Z", "7", "-", " ", "か", "ハ", "ー", "・", "々", "〇", "漢", "。", "㐀", "Ａ", "９", "！", "　",
        "ﾊ", "ﾞ", "ﾟ", "゙",  "゚",  "é",  "́",   "̧",   "ß",  "İ",  "①",  "㌔", "ﬁ",  "神", "ᄀ", "ᅡ", "🄰",  "\n"};
    std::mt19937 random(20261120);
    for (int round = 0; round < 5000; ++round) {
        std::string text;
        for (auto count = random() % 12; count > 0; --count) text += pieces.at(random() % pieces.size());
        INFO(text);
        const icu::UnicodeString folded = folded_whole(text);
        std::string folded_utf8;
        folded.toUTF8String(folded_utf8);
        REQUIRE(Words(text).characters() == letters_in(folded));
        REQUIRE(Words(text).runs() == Words(folded_utf8).runs());
    }
}

TEST_CASE("a letter is what ICU calls one, whatever stands alone") {
    for (char32_t c = 1; c <= 0xffff; ++c) {
        if (c >= 0xd800 && c <= 0xdfff) continue;
        std::string text;
        icu::UnicodeString(static_cast<UChar32>(c)).toUTF8String(text);
        INFO(static_cast<unsigned>(c));
        REQUIRE(Words(text).characters() == letters_in(folded_whole(text)));
    }
}
