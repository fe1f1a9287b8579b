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

namespace {

// What a text adds, all of it in its author's words.
std::string added(std::string_view text, const Said& said) {
    const Words words(text);
    Said own(words.characters());
    own.add(words);
    return additions(text, said, own);
}

}  // namespace

TEST_CASE("layout, width, case, punctuation and links add nothing; words and numbers do") {
    struct Row {
        std::string said, text, added;
    };
    const auto row = GENERATE(values<Row>({
        {"", "", ""},
        {"会議は明日の午前十時から、第三会議室で行います。", "会議は明日の午前十時から\n第三会議室で行います", ""},
        {"ＡＢＣ株式会社　ﾃｽﾄ係", "abc株式会社テスト係", ""},
        {"See https://example.jp/a?b=c for the agenda of the meeting", "See for the agenda of the meeting", ""},
        {"詳しくは www.example.jp をご覧ください。よろしくお願いします。",
         "詳しくはこちらをご覧ください。よろしくお願いします。hxxps[:]//example[.]jp/", ""},
        {"会議は明日です。", "至急、下記の口座に振り込んでください。本日中です。",
         "至急、下記の口座に振り込んでください。本日中です。"},
        {"The invoice is attached.", "", ""},
        {"", "The invoice is attached.", "The invoice is attached."},
        {"はい", "いいえ", "いいえ"},
        {"講座の御案内です。詳しくは下の一覧を御覧ください。",
         "講座の御案内です。詳しくは下の一覧を御覧ください。\n12月1日\t料理教室\n12月3日\t書道教室\n",
         "12月1日\t料理教室\n12月3日\t書道教室\n"},
        {"料金は500円です。", "料金は5,000円です。", "料金は5,000円です。"},
        {"料金は5000円です。", "料金は５,０００円です。", ""},
        {"一つ目の項目\n二つ目の項目", "1. 一つ目の項目\n2. 二つ目の項目\n", ""},
        {"会議は明日の午前十時からです。", "会議は明日の午前十時からです。持ち物は筆記用具と認め印です。",
         "持ち物は筆記用具と認め印です。"},
        {"The meeting is at ten.", "The meeting is at ten. Bring your passport, please.",
         " Bring your passport, please."},
    }));
    INFO(row.said << " | " << row.text);
    Said said(1000);
    said.add(Words(row.said));
    CHECK(added(row.text, said) == row.added);
    CHECK(said.says(Words(row.said)));
    CHECK(said.says_all(Words(row.said)));
}

TEST_CASE("what we write between an author's words is nothing new") {
    Said said(100), own(100);
    said.add(Words("会議は明日です。"));
    own.add(Words("会議は明日です。会場は三階の大会議室です。"));
    CHECK(additions("会議は明日です。\n[画像: logo_2026_a]\n会場は三階の大会議室です。", said, own) ==
          "会場は三階の大会議室です。");
}

TEST_CASE("AC-134 a stub points to the HTML form in many words and says nothing by itself") {
    const std::string letter = "1月の講座のお知らせです。参加無料、先着順。2月の講座のお知らせです。参加無料、先着順。";
    Said html(1000);
    const Words words(letter);
    html.add(words);
    const auto stub = [&](const std::string& plain) { return is_stub(plain, Words(plain), words.characters(), html); };
    for (const std::string plain : {
             "",
             " \n",
             "お知らせ",
             "このメールはHTML形式です。HTML対応のメールソフトでご覧ください。",
             "※このメールが正しく表示されない場合は、こちらをクリックしてください。\nhttps://e.example/v",
             "このメールが正しく表示され\nない場合は、下記URLを\nクリックしてください。\nhttps://e.example/v\n",
             "うまく表示されない方はこちら https://e.example/v",
             "ブラウザで表示する（https://e.example/v）",
             "画像が表示されない場合はWeb版をご覧ください。お手数ですがよろしくお願いいたします。\n"
             "https://e.example/v",
             "HTMLメールを表示できない環境でご覧の方へ",
             "View this email in your browser: https://e.example/v",
             "If you can't see this message, view it in your browser.",
             "If you can’t see this message, view it in your browser.",
             "Having trouble viewing this email? Click here: https://e.example/v",
             "This is an HTML message. Please use an HTML-capable mail program to view it.",
             "To view this newsletter online, please follow this link: https://e.example/v",
             "Your email client does not support HTML.",
             "1月の講座のお知らせです。このメールが正しく表示されない場合はこちら",
         }) {
        CAPTURE(plain);
        CHECK(stub(plain));
    }
    // What says something of its own is none, whatever stands beside it.
    for (const std::string plain : {
             "至急、下記の口座に振り込んでください。",
             "至急、下記の口座に振り込んでください。このメールはHTML形式です。",
             "口座が停止されます。正しく表示されない場合はこちら",
             "こちらをクリックしてください。",
             "View this email in your browser. Your account has been closed.",
             "3月の講座のお知らせです。正しく表示されない場合はこちら",
         }) {
        CAPTURE(plain);
        CHECK_FALSE(stub(plain));
    }
    CHECK_FALSE(stub(letter));
    CHECK_FALSE(is_stub("", Words(""), 0, Said(10)));
}

TEST_CASE("bad UTF-8 and long texts are compared without trouble") {
    Said said(1u << 20);
    const std::string many(1u << 20, 'a');
    said.add(Words(many));
    CHECK(added(many, said).empty());
    CHECK_FALSE(added("\xff\xfe\xc0 bcdef", said).empty());
    CHECK(added(std::string(100'000, '.'), said).empty());
    CHECK_FALSE(added(std::string(50'000, '9'), said).empty());
}

TEST_CASE("numbers are read as numbers: separators and leading zeros are none of them") {
    CHECK(Words("1,000円と2円").numbers() == std::vector<std::uint64_t>{1000, 2});
    CHECK(Words("03-1234-5678 ０４").numbers() == std::vector<std::uint64_t>{3, 1234, 5678, 4});
    CHECK(Words("a1b22 333 https://x/444 5").numbers() == std::vector<std::uint64_t>{1, 22, 333, 5});
    CHECK(Words("0 00 ①").numbers().empty());
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
