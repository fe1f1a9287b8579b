// Issue 9, item 3: one bad byte must not overturn a right label.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "policy/findings.hpp"
#include "sanitizer/sandboxed/text/charset.hpp"
#include "sanitizer/sandboxed/text/encoded_word.hpp"
#include "tests/unit/sanitizer/sandboxed/text/encoded_by_icu.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using mugaika::sandboxed::test::encoded;
using namespace std::string_literals;

namespace {

const std::string replacement = "\xef\xbf\xbd";

struct Labelled {
    const char* label;
    const char* icu;
    const char* name;
};

// What a mailer calls it, and what writes it.
const std::vector<Labelled> japanese_charsets{
    {"utf-8", "UTF-8", "UTF-8"}, {"shift_jis", "windows-31j", "windows-31j"}, {"euc-jp", "EUC-JP", "EUC-JP"}};

const std::vector<std::string> sentences{"総務課長 山田太郎",
                                         "会議は明日の午前十時から行います。",
                                         "平素よりお世話になっております。",
                                         "見積書",
                                         "議事録（案）を送付します。",
                                         "住民税の納付期限について",
                                         "添付のとおり回答します。",
                                         "ご確認ください。",
                                         "防災訓練の日程変更",
                                         "了解しました。",
                                         "水道料金のお知らせ",
                                         "第3回 定例会 開催通知",
                                         "ありがとうございます",
                                         "至急ご連絡ください",
                                         "メールアドレス変更のお願い",
                                         "令和8年度 当初予算 要求書",
                                         "渡邊 齋藤 櫻井 廣瀬",
                                         "ゴミ収集カレンダー",
                                         "健康診断の受診票",
                                         "お疲れさまです。田中です。"};

std::string without(std::string text, const std::string& what) {
    for (std::size_t at = text.find(what); at != std::string::npos; at = text.find(what)) text.erase(at, what.size());
    return text;
}

}  // namespace

TEST_CASE("case charset-utf8-one-bad-byte: a stray byte is U+FFFD, counted and said, and the label stays") {
    for (const Labelled& charset : japanese_charsets) {
        for (const std::string& sentence : sentences) {
            const std::string whole = encoded(sentence, charset.icu);
            for (const std::string& bytes : {whole + "\xff", "\xff" + whole, whole + "\r\n\xff\r\n" + whole}) {
                CAPTURE(charset.label, sentence, bytes);
                const Decoded text = decode_text(bytes, charset.label);
                CHECK(text.charset == charset.name);
                CHECK(text.undecodable == 1);
                CHECK(contains(text.notes, Reason::undecodable));
                CHECK(text.utf8.find(sentence) != std::string::npos);
                CHECK(text.utf8.find(replacement) != std::string::npos);
                const Decoded header = decode_header_bytes(bytes, charset.label);
                CHECK(header.utf8.find(sentence) != std::string::npos);
                CHECK(header.undecodable == 1);
            }
        }
    }
}

TEST_CASE("case charset-utf8-short-cut: a text that ends inside a character keeps what is whole") {
    for (const std::string& sentence : sentences) {
        for (const std::size_t missing : {1u, 2u}) {
            CAPTURE(sentence, missing);
            const std::string cut = sentence.substr(0, sentence.size() - missing);
            const std::string kept = sentence.substr(0, sentence.size() - 3);
            for (const std::string label : {"utf-8", ""}) {
                const Decoded text = decode_text(cut, label);
                CHECK(text.utf8 == kept + replacement);
                CHECK(text.undecodable == 1);
            }
            CHECK(decode_header_bytes(cut, "utf-8").utf8 == kept + replacement);
        }
    }
    CHECK(decode_text("山田太郎\xe6\xa7", "utf-8").utf8 == "山田太郎" + replacement);
    CHECK(decode_text("会\xe8\xad", "utf-8").utf8 == "会" + replacement);
    CHECK(decode_text("\xe4\xbc", "utf-8").utf8 == replacement);
    CHECK(decode_text("\xd0\x9f\xd1\x80\xd0", "utf-8").utf8 == "Пр" + replacement);
}

TEST_CASE("case charset-utf8-subject-cut: an encoded-word that ends inside a character keeps what is whole") {
    std::vector<Reason> notes;
    CHECK(decode_unstructured("=?UTF-8?B?5Lya6K2w6Yw=?=", notes) == "会議" + replacement);
    CHECK(notes == std::vector{Reason::undecodable});
    notes.clear();
    CHECK(decode_unstructured("=?UTF-8?Q?=E4=BC=9A=E8=AD?= =?us-ascii?Q?_x?=", notes) == "会" + replacement + " x");
    CHECK(contains(notes, Reason::undecodable));
    notes.clear();
    CHECK(decode_unstructured("=?Shift_JIS?B?ie+LY4L/?=", notes).starts_with("会議"));
    CHECK(contains(notes, Reason::undecodable));
}

TEST_CASE("case charset-sjis-gaiji-kanji-only: names in kanji with one gaiji stay Shift_JIS, with a geta for it") {
    const std::string names = "総務課長 山田太郎 副市長 佐藤一郎 会計管理者";
    const Decoded text = decode_text(encoded(names, "windows-31j") + "\xf0\x40\x8e\x52\x93\x63", "Shift_JIS");
    CHECK(text.utf8 == names + "〓山田");
    CHECK(text.charset == "windows-31j");
    CHECK(text.undecodable == 1);
    CHECK(contains(text.notes, Reason::undecodable));
    // Alone among rare characters, and as the only one.
    CHECK(decode_text("\xe2\xe2\xf0\x40", "Shift_JIS").charset == "windows-31j");
    CHECK(decode_text("\xf0\x40 A", "Shift_JIS").charset == "windows-31j");
}

TEST_CASE("a stray byte overturns no label of China, Taiwan and Korea") {
    struct Row {
        const char* label;
        const char* icu;
        const char* text;
    };
    for (const Row& row :
         {Row{"gb2312", "gb18030", "关于召开会议的通知"}, Row{"gbk", "gb18030", "附件是本次会议的资料，请查收。"},
          Row{"big5", "windows-950-2000", "會議資料請查收"}, Row{"big5", "windows-950-2000", "通知"},
          Row{"euc-kr", "windows-949-2000", "회의 자료를 보내 드립니다"},
          Row{"ks_c_5601-1987", "windows-949-2000", "안녕하세요"}}) {
        CAPTURE(row.label, row.text);
        const std::string bytes = encoded(row.text, row.icu);
        CHECK(decode_text(bytes, row.label).utf8 == row.text);
        CHECK(decode_header_bytes(bytes, row.label).utf8 == row.text);
        const Decoded bad = decode_text(bytes + "\xc8\r\n" + bytes, row.label);
        CHECK(bad.utf8 == row.text + replacement + "\r\n" + row.text);
        CHECK(bad.undecodable == 1);
    }
}

TEST_CASE("two Chinese or Korean characters that could be UTF-8 by chance do not overturn their label") {
    // C2-DF and A1-BF: each is a character of two bytes in UTF-8 as well.
    CHECK(decode_text("\xc4\xa3\xc6\xb7", "gb2312").utf8 ==
          encoded(decode_text("\xc4\xa3\xc6\xb7", "gb2312").utf8, "UTF-8"));
    CHECK(decode_text("\xc4\xa3\xc6\xb7", "gb2312").charset == "GB18030");
    CHECK(decode_text("\xc7\xa5\xc1\xa4", "euc-kr").charset == "EUC-KR");
    CHECK(decode_text("\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82", "gb2312").utf8 == "Привет");
}

TEST_CASE("a right single-byte label is not overturned into kanji") {
    struct Row {
        const char* label;
        const char* icu;
        const char* text;
    };
    const Row rows[] = {{"iso-8859-1", "windows-1252", "ÀÉÈÙ"},
                        {"iso-8859-1", "windows-1252", "Frösche"},
                        {"iso-8859-1", "windows-1252", "ÄÖÜ äöü"},
                        {"iso-8859-1", "windows-1252", "ÉCOLE SUPÉRIEURE"},
                        {"windows-1252", "windows-1252", "“ÀÉÈÙ”"},
                        {"koi8-r", "KOI8-R", "Привет"},
                        {"koi8-r", "KOI8-R", "Добрый день"},
                        {"koi8-r", "KOI8-R", "ДОГОВОР"},
                        {"koi8-r", "KOI8-R", "Уважаемые коллеги, направляем вам документы."},
                        {"windows-1251", "windows-1251", "Привет"},
                        {"windows-1251", "windows-1251", "ПРИВЕТ"},
                        {"iso-8859-5", "ISO-8859-5", "Привет"},
                        {"iso-8859-7", "ISO-8859-7", "Καλημέρα"},
                        {"windows-1255", "windows-1255", "שלום"},
                        {"windows-1256", "windows-1256", "مرحبا"},
                        {"tis-620", "windows-874-2000", "สวัสดีครับ"},
                        {"iso-8859-2", "ISO-8859-2", "Žluťoučký kůň"}};
    for (const Row& row : rows) {
        CAPTURE(row.label, row.text);
        const std::string bytes = encoded(row.text, row.icu);
        const Decoded text = decode_text(bytes, row.label);
        CHECK(text.utf8 == row.text);
        CHECK(text.undecodable == 0);
        CHECK_FALSE(contains(text.notes, Reason::charset_label_wrong));
        CHECK(decode_header_bytes(bytes, row.label).utf8 == row.text);
    }
}

TEST_CASE("a wrong single-byte label still gives way to kana and to kanji that make no words of its own") {
    for (const char* icu : {"windows-31j", "EUC-JP"}) {
        for (const std::string text : {"お知らせ", "会議資料の送付について", "請求書類", "見積依頼"}) {
            for (const char* label : {"iso-8859-1", "koi8-r", "windows-1251"}) {
                CAPTURE(icu, text, label);
                const bool has_kana = text.find("の") != std::string::npos || text.find("せ") != std::string::npos;
                const Decoded read = decode_text(encoded(text, icu), label);
                if (has_kana || label == "iso-8859-1"s) CHECK(read.utf8 == text);
            }
        }
    }
}

TEST_CASE("UTF-8 with a stray byte is found without a label, and under the label of another charset") {
    const std::string text = "平素よりお世話になっております。添付のとおり送付します。";
    for (const char* label : {"", "iso-8859-1", "shift_jis", "euc-jp", "gb2312"}) {
        CAPTURE(label);
        CHECK(decode_text(text + "\xff", label).utf8 == text + replacement);
    }
    CHECK(decode_text("山田太郎様\xff", "").utf8 == "山田太郎様" + replacement);
    CHECK(decode_header_bytes("会議\xff資料", "").utf8 == "会議" + replacement + "資料");
}

TEST_CASE("what is mostly invalid under its label is not kept for a few valid characters") {
    const std::string text = encoded("本日の会議は延期になりました。", "windows-31j");
    CHECK(decode_text(text + "会", "utf-8").charset == "windows-31j");
    CHECK(decode_text("Fr\xf6sche und K\xf6nige, gr\xfc\xdf Gott", "utf-8").utf8 == "Frösche und Könige, grüß Gott");
    CHECK(decode_text("caf\xe9", "utf-8").utf8.find(replacement) == std::string::npos);
    CHECK(decode_text(without(text, "\x82"), "us-ascii").charset != "US-ASCII");
}

TEST_CASE("raw bytes in a header are read by the charset of the body before anything is guessed") {
    struct Row {
        const char* label;
        const char* icu;
        const char* text;
    };
    for (const Row& row : {Row{"big5", "windows-950-2000", "會議資料"}, Row{"gb2312", "gb18030", "会议通知"},
                           Row{"euc-kr", "windows-949-2000", "회의 자료"}, Row{"koi8-r", "KOI8-R", "Привет"},
                           Row{"iso-8859-1", "windows-1252", "Frösche"}, Row{"iso-8859-1", "windows-1252", "ÀÉÈÙ"},
                           Row{"windows-1251", "windows-1251", "Договор.doc"},
                           Row{"shift_jis", "windows-31j", "表示 請求"}, Row{"utf-8", "windows-31j", "表示.pdf"},
                           Row{"iso-8859-1", "windows-31j", "表示.pdf"}, Row{"iso-2022-jp", "EUC-JP", "請求書"},
                           Row{"utf-16", "windows-31j", "請求書"}, Row{"", "windows-31j", "請求書"}}) {
        CAPTURE(row.label, row.text);
        std::vector<Reason> notes;
        CHECK(decode_unstructured(encoded(row.text, row.icu), notes, row.label) == row.text);
        CHECK(notes == std::vector{Reason::charset_guessed});
    }
    std::vector<Reason> notes;
    CHECK(decode_unstructured("会議\xe9\x8c", notes, "utf-8") == "会議" + replacement);
    CHECK(contains(notes, Reason::undecodable));
    // An encoded-word whose charset nobody knows is as raw.
    notes.clear();
    CHECK(decode_unstructured("=?unknown-8bit?Q?=C1=E4=C4=E7?=", notes, "big5").find(replacement) == std::string::npos);
}

TEST_CASE("a western name without any label keeps its letters") {
    for (const std::string name : {"Fr\xf6sche.pdf", "r\xe9sum\xe9.pdf",
                                   "M\xfcller-L\xfc"
                                   "denscheid"}) {
        CAPTURE(name);
        const Decoded text = decode_header_bytes(name, "");
        CHECK(text.charset == "windows-1252");
        CHECK(text.undecodable == 0);
    }
    CHECK(decode_header_bytes("\x95\x5c\x8e\xa6.pdf", "").utf8 == "表示.pdf");
    CHECK(decode_header_bytes("Report\x8c\xa9\x90\xcf", "").utf8 == "Report見積");
}
