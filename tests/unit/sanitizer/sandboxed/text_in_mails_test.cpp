// Issue 9, items 3 to 5 and 13, on whole mails.
#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

#include "policy/findings.hpp"
#include "sanitizer/mail/verdict.hpp"
#include "sanitizer/sandboxed/kinds.hpp"
#include "test_places.hpp"
#include "written_mails.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;
using namespace std::string_literals;

TEST_CASE("a large file that merely looks like text is no body: its start is shown, the rest is said and kept") {
    const std::string letters(3'840'000, 'A');
    const auto mail = [&](const std::string& fields, const std::string& body) {
        return read(crlf(head + fields + "\n") + body);
    };
    const Extract octets = mail("Content-Type: application/octet-stream\n", letters);
    const PartRow& file = row(octets, "1");
    CHECK(file.facts.is_attachment);
    CHECK(file.verdict == PartVerdict::text);
    CHECK(contains(file.notes, Reason::text_too_long));
    REQUIRE(octets.texts.size() == 1);
    CHECK(octets.texts[0].role == TextRole::attached);
    CHECK(octets.texts[0].text.str() == std::string(looking_like_text_bytes_max, 'A'));
    // Short ones are bodies as before, and what somebody calls a text is shown as long as there is room.
    const Extract short_one = mail("Content-Type: application/octet-stream\n", "hello\r\n");
    CHECK(short_one.texts.at(0).role == TextRole::body);
    for (const std::string& fields :
         {"Content-Type: text/plain\n"s, "Content-Type: text/csv; name=a.csv\n"s, ""s,
          "Content-Type: application/octet-stream; name=a.csv\n"s, "Content-Type: application/xml\n"s}) {
        CAPTURE(fields);
        CHECK(mail(fields, letters).texts.at(0).text.str().size() == letters.size());
    }
}

TEST_CASE("octets that no charset makes a text of are kept back, and a text with a bad byte is not") {
    std::string octets;
    std::uint32_t seed = 7;
    for (int i = 0; i < 3000; ++i) {
        seed = seed * 1664525u + 1013904223u;
        octets += static_cast<char>(0x80 + (seed >> 24) % 0x80);
    }
    const std::string type = "Content-Type: application/octet-stream; name=a.bin\n\n";
    CHECK(row(read(crlf(head + type) + octets), "1").reason == Reason::not_rebuilt);
    const Extract text = read(crlf(head + type) + "平素よりお世話になっております。\xff\xff\r\n");
    CHECK(row(text, "1").verdict == PartVerdict::text);
    CHECK(row(text, "1").undecodable == 2);
}

TEST_CASE("raw 8-bit subjects, names and file names are read in the charset that the text declares") {
    const std::string big5 = "\xb7\x7c\xc4\xb3\xb8\xea\xae\xc6";  // 會議資料
    const std::string written =
        "From: " + big5 + " <a@example.tw>\nTo: b@city.example.lg.jp\nSubject: " + big5 + "\nMIME-Version: 1.0\n" +
        multipart("mixed",
                  {"Content-Type: text/plain; charset=big5\n\n" + big5 + "\n",
                   "Content-Type: application/pdf\nContent-Disposition: attachment; filename=\"" + big5 +
                       ".pdf\"\n\n%PDF-1.4\n"},
                  "b1");
    const Extract extract = read(crlf(written));
    CHECK(extract.header.subject.str() == "會議資料");
    CHECK(extract.header.from.at(0).name.str() == "會議資料");
    CHECK(row(extract, "2").facts.name == "會議資料.pdf");
    CHECK(all_text(extract) == "會議資料\n");
    const Extract attached = read(crlf(head + multipart("mixed", {text_part("x"), mail_part(written)})));
    CHECK(attached.texts.at(1).summary.at(2).second.str() == "會議資料");
}

TEST_CASE("case charset-utf8-subject-cut: a subject with a bad byte is said and its original kept") {
    const Extract extract =
        read(crlf("From: a@example.jp\nSubject: =?UTF-8?B?5Lya6K2w6Yw=?=\nMIME-Version: 1.0\n"
                  "Content-Type: text/plain; charset=utf-8\n\n会議\n"));
    CHECK(extract.header.subject.str() == "会議\xef\xbf\xbd");
    CHECK(contains(extract.findings, Reason::undecodable));
    const Verdict verdict = judge(extract, Profile(), Release::no);
    CHECK(verdict.lossy);
    CHECK(verdict.keep_original);
}

TEST_CASE("case enriched-markup: text/enriched and text/richtext are shown without their commands") {
    const Extract extract = read(crlf(head + "Content-Type: text/enriched; charset=utf-8\n\n"
                                             "<bold>重要</bold> 会議は << 10時 >> です。\n\n"
                                             "<color><param>red</param>締切</color>\n"));
    CHECK(all_text(extract) == "重要 会議は < 10時 >> です。\n締切\n");
    CHECK(all_text(read(crlf(head + "Content-Type: text/richtext\n\n<bold>a</bold><nl>b"))) == "a\nb");
}

// The mails that were reported, where they are: NAME.eml with what a reader must find in it.
TEST_CASE("the reported mails with charsets and calendars are read as expected") {
    struct Case {
        const char* name;
        std::vector<const char*> shown;
        std::uint64_t undecodable;
    };
    const std::vector<Case> cases{
        {"calendar-fold-in-character", {"第三会議室にお集まりください。第三会議室に", "2026-12-01 14:00 (JST)"}, 0},
        {"calendar-reply-answer", {"田中 <tanaka@example.net> 欠席 (DECLINED)", "2026-12-01 14:00 (JST)"}, 0},
        {"calendar-utc", {"開始 (DTSTART): 2026-12-01 14:00 (JST)", "終了 (DTEND): 2026-12-01 15:00 (JST)"}, 0},
        {"charset-jis-line-broken-open", {"ああああ", "いいいい", "\nend\n"}, 0},
        {"charset-jis-plus-utf8-footer", {"会議のお知らせです。", "このメールはメーリングリストから送信"}, 0},
        {"charset-jisx0213-iso-2022-jp-2004", {"俱樂部 \xf0\xa0\xae\x9fる ゟ ①"}, 0},
        {"charset-sjis-gaiji-kanji-only", {"総務課長 山田太郎", "〓"}, 1},
        {"charset-utf8-one-bad-byte", {"総務課長 山田太郎 副市長", "\xef\xbf\xbd"}, 1},
        {"charset-utf8-short-cut", {"山田太郎\xef\xbf\xbd"}, 1},
        {"charset-utf8-subject-cut", {"会議は明日の午前十時から行います。"}, 0},
        {"charset-utf8-vcard", {"氏名 (FN): 山田太郎"}, 0},
        {"enriched-markup", {"重要 会議は < 10時 >> です。\n締切"}, 0},
        {"header-charset-label-dollar", {"会議①ｱｱ"}, 0},
    };
    for (const Case& one : cases) {
        CAPTURE(one.name);
        const std::string path = std::string(MUGAIKA_CORPORA) + "/../cases/mail/" + one.name + ".eml";
        if (!std::filesystem::exists(path)) {
            WARN("not there: " << path);
            continue;
        }
        std::ifstream file(path, std::ios::binary);
        const Extract extract = read(std::string(std::istreambuf_iterator<char>(file), {}));
        const std::string text = all_text(extract);
        CAPTURE(text);
        for (const char* const words : one.shown) CHECK(text.find(words) != std::string::npos);
        std::uint64_t undecodable = 0;
        for (const PartRow& part : extract.parts) undecodable += part.undecodable;
        CHECK(undecodable == one.undecodable);
        const auto twice = text.find("開始 (DTSTART)");
        CHECK((twice == std::string::npos || text.find("開始 (DTSTART)", twice + 1) == std::string::npos));
    }
}
