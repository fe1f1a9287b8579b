#include "sanitizer/sandboxed/text/charset.hpp"

#include <algorithm>
#include <catch2/catch.hpp>

#include "policy/findings.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/sandboxed/text/charset_names.hpp"
#include "sanitizer/sandboxed/text/clean_text.hpp"
#include "tests/unit/sanitizer/sandboxed/text/encoded_by_icu.hpp"

using mugaika::contains;
using mugaika::Reason;
using mugaika::sandboxed::charset_by_label;
using mugaika::sandboxed::clean_text;
using mugaika::sandboxed::decode_header_bytes;
using mugaika::sandboxed::decode_text;
using mugaika::sandboxed::Decoded;
using mugaika::sandboxed::test::encoded;
using namespace std::string_literals;

namespace {

std::string decoded(const std::string& bytes, std::string_view label) { return decode_text(bytes, label).utf8; }

}  // namespace

TEST_CASE("AC-121 ISO-2022-JP holds what Windows puts into it") {
    CHECK(decoded("\x1b$B-!-5-j|by!\x1b(B", "ISO-2022-JP") == "①Ⅰ㈱髙纊");
    const Decoded d = decode_text("\x1b$Byu\x1b(B\r\n", "iso-2022-jp");
    CHECK(d.utf8 == "﨑\r\n");  // NEC-selected IBM extension
    CHECK(d.charset == "ISO-2022-JP");
    CHECK(d.undecodable == 0);
    CHECK(d.notes.empty());
}

TEST_CASE("AC-120 half-width kana of all four kinds is read in ISO-2022-JP") {
    CHECK(decoded("\x1b(I131\x1b(B.", "iso-2022-jp") == "ｱｳｱ.");
    CHECK(decoded("a\x0e"
                  "131\x0f.",
                  "iso-2022-jp") == "aｱｳｱ.");
    CHECK(decoded("\x1b$B%\"\x1b(B\xb1\xb2", "iso-2022-jp") == "アｱｲ");
    CHECK(decoded("\x1b$B%\"\x0e"
                  "1\x0f%\"\x1b(B",
                  "iso-2022-jp") == "アｱア");
}

TEST_CASE("AC-120 every line of ISO-2022-JP begins in ASCII again") {
    CHECK(decoded("\x1b$BF|\r\nplain\nF|", "iso-2022-jp") == "日\r\nplain\nF|");
    CHECK(decoded("\x0e"
                  "1\n1",
                  "iso-2022-jp") == "ｱ\n1");
    const Decoded cut = decode_text("\x1b$BF|K\nabc", "iso-2022-jp");
    CHECK(cut.utf8 == "日\xef\xbf\xbd\nabc");
    CHECK(cut.undecodable == 1);
    CHECK(contains(cut.notes, Reason::undecodable));
}

TEST_CASE("AC-119 escapes never survive and never hide text") {
    std::vector<Reason> notes;
    for (const auto& bytes :
         {"\x1b(J<script>\x1b(B"s, "<scr\x1b(Bipt>"s, "<\x1b$B\x1b(Bscript>"s, "<\x1b(Jscript\x1b(B>"s}) {
        CAPTURE(bytes);
        const Decoded d = decode_text(bytes, "iso-2022-jp");
        CHECK(d.utf8 == "<script>");
    }
    const Decoded odd = decode_text("\x1b$(Z\x1b\x1b[31mred\x1b[0m\x1b", "iso-2022-jp");
    CHECK(clean_text(odd.utf8, notes).str().find('\x1b') == std::string::npos);
}

TEST_CASE("JIS X 0212, JIS X 0213 and the other sets of ISO-2022-JP-2 are read") {
    CHECK(decoded("\x1b$(D0!\x1b(B", "iso-2022-jp-1") == "丂");
    CHECK(decoded("\x1b$(QF|\x1b(B", "iso-2022-jp-2004") == "日");
    CHECK(decoded("\x1b$AVPND\x1b(B", "iso-2022-jp-2") == "中文");
    CHECK(decoded("\x1b$(C0!\x1b(B", "iso-2022-jp-2") == "가");
    CHECK(decoded("\x1b&@\x1b$BF|\x1b(B", "iso-2022-jp") == "日");
    CHECK(decode_text("\x1b$(P\"!\x1b(B", "iso-2022-jp").undecodable == 1);  // a row without characters
}

TEST_CASE("AC-121 CP932 codings by NEC and by IBM are one character") {
    CHECK(decoded("\xfa\xb1\xed\x95\xfb\xfc\xee\xe0", "shift_jis") == "﨑﨑髙髙");
    CHECK(decoded("\x87\x40\x87\x54\x87\x8a", "cp932") == "①Ⅰ㈱");
}

TEST_CASE("AC-123 a backslash or a bar as second byte stays a part of its character") {
    CHECK(decoded("\x83\x5c\x95\x5c\x83\x7c", "shift_jis") == "ソ表ポ");
    CHECK(decoded("\x5c\x7e", "shift_jis") == "\\~");
    CHECK(decoded("\x1b(J\x5c\x7e\x1b(B", "iso-2022-jp") == "\\~");
}

TEST_CASE("AC-123 wave dash and its kin come out the same from every Japanese charset, as Windows has them") {
    const std::string windows = "～－∥￠￡￢―";
    CHECK(decoded("\x81\x60\x81\x7c\x81\x61\x81\x91\x81\x92\x81\xca\x81\x5c", "shift_jis") == windows);
    CHECK(decoded("\xa1\xc1\xa1\xdd\xa1\xc2\xa1\xf1\xa1\xf2\xa2\xcc\xa1\xbd", "euc-jp") == windows);
    CHECK(decoded("\x1b$B!A!]!B!q!r\"L!=\x1b(B", "iso-2022-jp") == windows);
    CHECK(decoded("〜−‖¢£¬", "utf-8") == "〜−‖¢£¬");  // Unicode says itself which it means
}

TEST_CASE("EUC-JP is read as CP51932, with three-byte characters") {
    CHECK(decoded("\xad\xa1\xfc\xe2\x8e\xb1", "euc-jp") == "①髙ｱ");
    CHECK(decoded("\x8f\xb0\xa1\x8f\xf4\xfb\x8f\xf3\xf3\x8f\xf4\xfe\x8f\xf4\xa3", "eucJP-ms") == "丂髙ⅰ黑Ⅴ");
    CHECK(decode_text("\xa4\xa2\xa4\xa4\xa4\xa6\x8f\xf4", "euc-jp").undecodable > 0);
}

TEST_CASE("labels that Japanese mailers write are known") {
    const std::vector<std::pair<std::string, std::string>> labels{
        {"cp932", "windows-31j"},
        {"SHIFT-JIS", "windows-31j"},
        {"x-sjis", "windows-31j"},
        {"windows-31j", "windows-31j"},
        {"MS_Kanji", "windows-31j"},
        {"Shift_JIS", "windows-31j"},
        {"x-euc-jp", "EUC-JP"},
        {"eucJP-ms", "EUC-JP"},
        {"cp51932", "EUC-JP"},
        {"ISO-2022-JP-MS", "ISO-2022-JP"},
        {"CP50220", "ISO-2022-JP"},
        {"CP50221", "ISO-2022-JP"},
        {"\"iso-2022-jp\"", "ISO-2022-JP"},
        {"iso-2022-jp*ja", "ISO-2022-JP"},
        {"utf8", "UTF-8"},
        {"UTF-8", "UTF-8"},
        {"gb2312", "GB18030"},
        {"gbk", "GB18030"},
        {"ks_c_5601-1987", "EUC-KR"},
        {"unicode-1-1-utf-7", "UTF-7"},
        {"ISO-8859-1", "windows-1252"},
    };
    for (const auto& [label, name] : labels) {
        CAPTURE(label);
        REQUIRE(charset_by_label(label) != nullptr);
        CHECK(charset_by_label(label)->name == name);
    }
}

TEST_CASE("every label of the table opens a decoder") {
    for (const auto* label :
         {"us-ascii",     "utf-16le",     "utf-16be",    "utf-32",       "utf-32le",     "utf-32be",     "utf-7",
          "hz",           "iso-2022-kr",  "iso-2022-cn", "gbk",          "big5",         "big5-hkscs",   "euc-tw",
          "euc-kr",       "cp1250",       "cp1251",      "windows-1253", "windows-1254", "windows-1255", "windows-1256",
          "windows-1257", "windows-1258", "tis-620",     "iso-8859-2",   "iso-8859-3",   "iso-8859-4",   "iso-8859-5",
          "iso-8859-6",   "iso-8859-7",   "iso-8859-8",  "iso-8859-10",  "iso-8859-13",  "iso-8859-14",  "iso-8859-15",
          "koi8-r",       "koi8-u",       "macintosh"}) {
        CAPTURE(label);
        REQUIRE(charset_by_label(label) != nullptr);
        CHECK_NOTHROW(decode_text("A\xc1 b", label));
    }
}

TEST_CASE("AC-128 labels that are no labels are bounded and never believed") {
    for (const auto& label :
         {std::string(10000, 'a'), "utf-8\r\nBcc: x"s, "x-user-defined"s, "\"\""s, ""s, "ebcdic-cp-us"s}) {
        CHECK(charset_by_label(label) == nullptr);
        CHECK(decoded("plain", label) == "plain");
        CHECK(decoded("日本語です", label) == "日本語です");
    }
}

TEST_CASE("AC-127 the charsets of neighbours and of old gateways are decoded for showing") {
    CHECK(decoded("\x1b$)C\x0e\x30\x21\x0f"
                  "A",
                  "iso-2022-kr") == "가A");
    CHECK(decoded("~{VPND~}", "hz-gb-2312") == "中文");
    CHECK(decoded("\x1b$)A\x0e\x56\x50\x4e\x44\x0f", "iso-2022-cn") == "中文");
    CHECK(decoded("\xd6\xd0\xce\xc4", "gb2312") == "中文");
    CHECK(decoded("\xb0\xa1", "euc-kr") == "가");
    CHECK(decoded("caf\xe9 \x80", "iso-8859-1") == "café €");
}

TEST_CASE("AC-085 UTF-16 and UTF-32 are read with and without a byte order mark") {
    const std::string text = "会議のお知らせ\r\n日時: 4月1日\r\n";
    for (const auto* charset : {"UTF-16LE", "UTF-16BE", "UTF-32LE", "UTF-32BE"}) {
        CAPTURE(charset);
        const std::string bytes = encoded(text, charset);
        CHECK(decoded(bytes, charset) == text);
        CHECK(decoded(encoded("\xef\xbb\xbf" + text, charset), "") == text);
        if (charset[4] == '1') {
            CHECK(decoded(bytes, "utf-16") == text);
            CHECK(decoded(bytes, "") == text);
            CHECK(decoded(encoded("\xef\xbb\xbf" + text, charset), "utf-16") == text);
        }
    }
    const Decoded ascii = decode_text("<html>not wide at all</html>", "utf-16");
    CHECK(ascii.utf8 == "<html>not wide at all</html>");
}

TEST_CASE("AC-125 UTF-7 is text once its label says so, and only then") {
    CHECK(decoded("+ADw-script+AD4-", "utf-7") == "<script>");
    CHECK(decoded("+ADw-script+AD4-", "us-ascii") == "+ADw-script+AD4-");
    CHECK(decoded("+ADw-script+AD4-", "") == "+ADw-script+AD4-");
    const Decoded lone = decode_text("+2AA-x", "utf-7");
    CHECK(lone.utf8 == "\xef\xbf\xbdx");
    CHECK(lone.undecodable == 1);
}

TEST_CASE("AC-126 what is no UTF-8 becomes U+FFFD and is counted") {
    for (const auto& bytes : {"a\xc0\xaf"
                              "b"s,
                              "a\xed\xa0\x80"
                              "b"s,
                              "a\xe3\x81"s,
                              "a\xf8\x88\x80\x80\x80"
                              "b"s,
                              "\xff\xfe\xfd"s}) {
        const Decoded d = decode_text("日本語の文章です。" + bytes, "utf-8");
        CHECK(d.undecodable > 0);
        CHECK(d.utf8.find("日本語の文章です。") == 0);
        CHECK(d.utf8.find("\xef\xbf\xbd") != std::string::npos);
        CHECK(contains(d.notes, Reason::undecodable));
    }
    CHECK(decoded("\xef\xbb\xbftext", "utf-8") == "text");
}

TEST_CASE("AC-122 a wrong label loses against the bytes") {
    const std::string text = "平素よりお世話になっております。添付のとおり送付します。";
    struct Lie {
        const char* charset;
        const char* name;
        const char* label;
    };
    for (const Lie& lie :
         {Lie{"windows-31j", "windows-31j", "us-ascii"}, Lie{"windows-31j", "windows-31j", "iso-8859-1"},
          Lie{"EUC-JP", "EUC-JP", "iso-8859-1"}, Lie{"UTF-8", "UTF-8", "iso-8859-1"},
          Lie{"UTF-8", "UTF-8", "shift_jis"}, Lie{"EUC-JP", "EUC-JP", "shift_jis"},
          Lie{"windows-31j", "windows-31j", "utf-8"}, Lie{"windows-31j", "windows-31j", "iso-2022-jp"},
          Lie{"EUC-JP", "EUC-JP", "iso-2022-jp"}, Lie{"UTF-8", "UTF-8", "iso-2022-jp"},
          Lie{"ISO-2022-JP", "ISO-2022-JP", "us-ascii"}, Lie{"ISO-2022-JP", "ISO-2022-JP", "shift_jis"},
          Lie{"ISO-2022-JP", "ISO-2022-JP", "utf-8"}}) {
        CAPTURE(lie.charset, lie.label);
        const Decoded d = decode_text(encoded(text, lie.charset), lie.label);
        CHECK(d.utf8 == text);
        CHECK(d.charset == lie.name);
        CHECK(contains(d.notes, Reason::charset_label_wrong));
    }
}

TEST_CASE("AC-122 text without a label is read by its bytes") {
    CHECK(decoded("\x1b$B2q5D\x1b(B", "") == "会議");
    const Decoded d = decode_text(encoded("本日の会議は延期になりました。", "windows-31j"), "");
    CHECK(d.utf8 == "本日の会議は延期になりました。");
    CHECK(contains(d.notes, Reason::charset_guessed));
    CHECK(decode_text("plain ASCII ~{VPND~} +ADw-", "").charset == "US-ASCII");
    CHECK(decode_text("plain ASCII", "").notes.empty());
}

TEST_CASE("a western text keeps its western label") {
    for (const std::string text :
         {"it\x92s all right, don\x92t worry", "\x93Quoted\x94 text", "r\xe9sum\xe9 d\xe9taill\xe9",
          "Gr\xf6\xdf"
          "e und \xc4rger",
          "na\xefve caf\xe9s"}) {
        const Decoded d = decode_text(text, "iso-8859-1");
        CHECK(d.charset == "windows-1252");
        CHECK(d.notes.empty());
    }
}

TEST_CASE("short unlabelled Japanese is told apart: nine in ten at four characters, all at ten") {
    const std::vector<std::string> words{"会議資料", "請求書類", "お知らせ", "至急連絡", "見積依頼", "議事録案",
                                         "予算要求", "住民票等", "選挙公報", "防災訓練", "回答様式", "確認依頼",
                                         "総務課長", "入札公告", "条例改正", "職員名簿", "データー", "システム",
                                         "アンケー", "メールの", "提出期限", "変更届出", "納税通知", "健康診断",
                                         "保育園児", "学校給食", "図書館長", "水道料金", "ごみ収集", "道路工事"};
    for (const char* charset : {"windows-31j", "EUC-JP"}) {
        std::size_t right = 0;
        for (const std::string& word : words) {
            const std::string bytes = encoded(word, charset);
            if (decoded(bytes, "") == word) ++right;
            CHECK(decoded(encoded(word + "について送付します", charset), "") == word + "について送付します");
        }
        CAPTURE(charset, right);
        CHECK(right * 10 >= words.size() * 9);
    }
}

TEST_CASE("unlabelled Korean and Chinese are left to ICU's detector") {
    const std::string korean =
        "안녕하세요. 회의 자료를 보내 드립니다. 확인 부탁드립니다. 감사합니다. 다음 주에 뵙겠습니다.";
    CHECK(decoded(encoded(korean, "windows-949"), "") == korean);
    const std::string chinese = "您好，附件是本次会议的资料，请查收。如果有任何问题，请随时与我们联系，谢谢您的合作。";
    CHECK(decoded(encoded(chinese, "gb18030"), "") == chinese);
}

TEST_CASE("AC-092 raw bytes in names and header fields are read, and pure ASCII is left alone") {
    CHECK(decode_header_bytes("\x95\x5c\x8e\xa6.pdf", "").utf8 == "表示.pdf");
    CHECK(decode_header_bytes("\xc0\xc1\xb5\xe1\xbd\xf1.pdf", "").utf8 == "請求書.pdf");
    CHECK(decode_header_bytes("\x1b$B@A5a=q\x1b(B.pdf", "").utf8 == "請求書.pdf");
    CHECK(decode_header_bytes("請求書.pdf", "").utf8 == "請求書.pdf");
    CHECK(decode_header_bytes("r\xe9sum\xe9.pdf", "iso-8859-1").utf8 == "résumé.pdf");
    const Decoded ascii = decode_header_bytes("report~{VPND~}.pdf", "");
    CHECK(ascii.utf8 == "report~{VPND~}.pdf");
    CHECK(ascii.notes.empty());
}

TEST_CASE("AC-124 carrier emoji become a mark and never cut the rest") {
    struct Case {
        std::string bytes;
        const char* label;
    };
    for (const Case& c : {Case{"\x82\xa0\xf8\x9f\x82\xa2", "shift_jis"},     // docomo
                          Case{"\x82\xa0\xf6\x60\x82\xa2", "shift_jis"},     // au
                          Case{"\x82\xa0\xf9\x8b\x82\xa2", "shift_jis"},     // SoftBank
                          Case{"\x82\xa0\x1b$Gj\x0f\x82\xa2", "shift_jis"},  // SoftBank's web code
                          Case{"\x1b$B$\"uA$$\x1b(B", "iso-2022-jp"},        // au
                          Case{"\x1b$B$\"\x1b(B\x1b$Gj\x0f\x1b$B$$\x1b(B", "iso-2022-jp"},
                          Case{"あ\xee\x98\xbeい", "utf-8"},         // docomo U+E63E
                          Case{"あ\xee\x81\x8aい", "utf-8"},         // SoftBank U+E04A
                          Case{"あ\xee\x92\x88い", "utf-8"},         // au U+E488
                          Case{"あ\xf3\xbe\x80\x80い", "utf-8"}}) {  // Google U+FE000
        CAPTURE(c.bytes, c.label);
        const Decoded d = decode_text(c.bytes, c.label);
        CHECK(d.utf8 == "あ〓い");
        CHECK(contains(d.notes, Reason::emoji_replaced));
        CHECK(d.undecodable == 0);
    }
}

TEST_CASE("a user-defined character is lost and said to be lost") {
    const Decoded d = decode_text("\x82\xa0\xf0\x40\x82\xa2", "shift_jis");
    CHECK(d.utf8 == "あ〓い");
    CHECK(d.undecodable == 1);
    CHECK(contains(d.notes, Reason::undecodable));
    CHECK_FALSE(contains(d.notes, Reason::emoji_replaced));
}

TEST_CASE("whatever the label and the bytes, valid UTF-8 of bounded size comes out") {
    std::uint32_t seed = 1;
    for (int round = 0; round < 300; ++round) {
        std::string bytes;
        for (int i = 0; i < 200; ++i) {
            seed = seed * 1664525u + 1013904223u;
            bytes.push_back(static_cast<char>(seed >> 24));
        }
        for (const char* label :
             {"", "utf-8", "iso-2022-jp", "euc-jp", "shift_jis", "utf-7", "utf-16", "iso-2022-kr", "gbk"}) {
            const Decoded d = decode_text(bytes, label);
            CHECK(d.utf8.size() <= bytes.size() * 4);
            for (std::size_t i = 0; i < d.utf8.size();) {
                const auto c = mugaika::utf8::first(std::string_view(d.utf8).substr(i));
                REQUIRE(c.valid);
                i += c.bytes;
            }
        }
    }
}

TEST_CASE("AC-085 UTF-16 without mark and label is told by its zeros, each byte order by its own side") {
    for (const char* charset : {"UTF-16LE", "UTF-16BE"}) {
        CAPTURE(charset);
        const Decoded d = decode_text(encoded("Minutes of the meeting\r\n", charset), "");
        CHECK(d.utf8 == "Minutes of the meeting\r\n");
        CHECK(d.charset == charset);
    }
}

TEST_CASE("AC-085 zeros on both sides, or only a few, make no UTF-16") {
    CHECK(decode_text(encoded("Minutes of the meeting\r\n", "UTF-32LE"), "").charset == "US-ASCII");
    CHECK(decode_text(encoded("Minutes of the meeting\r\n", "UTF-32BE"), "").charset == "US-ASCII");
    for (const std::size_t at : {40u, 41u}) {
        std::string stray(100, 'a');
        stray[at] = '\0';
        CHECK(decode_text(stray, "").charset == "US-ASCII");
    }
}

TEST_CASE("AC-122 one pair of bytes that could be UTF-8 is no sign against a label, two pairs or a triple are") {
    CHECK(decoded("caf\xc3\xa9", "iso-8859-1") == "cafÃ©");
    CHECK(decoded("\xc3\xa9", "shift_jis") == "ﾃｩ");
    CHECK(decoded("r\xc3\xa9sum\xc3\xa9", "iso-8859-1") == "résumé");
    CHECK(decoded("\xe8\xa6\x8b", "iso-8859-1") == "見");
}

TEST_CASE("ASCII under a label of ISO-2022-JP is what it says") {
    const Decoded d = decode_text("plain text\r\n", "iso-2022-jp");
    CHECK(d.utf8 == "plain text\r\n");
    CHECK(d.charset == "ISO-2022-JP");
    CHECK(d.notes.empty());
}
