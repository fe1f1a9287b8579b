// Issue 9, item 5: calendars and vCards as a reader needs them.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "policy/findings.hpp"
#include "sanitizer/sandboxed/budget.hpp"
#include "sanitizer/sandboxed/handlers/calendar_lines.hpp"
#include "sanitizer/sandboxed/handlers/calendar_rule.hpp"
#include "sanitizer/sandboxed/handlers/calendar_time.hpp"
#include "sanitizer/sandboxed/handlers/handlers.hpp"
#include "sanitizer/sandboxed/repeated_calendar.hpp"
#include "tests/unit/sanitizer/sandboxed/text/encoded_by_icu.hpp"
#include "tests/unit/sanitizer/sandboxed/written_mails.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;
using namespace std::string_literals;

namespace {

const std::string japan = "Asia/Tokyo";

TextMade summary(const std::string& lines, const std::string& charset = "utf-8", const std::string& zone = japan) {
    Part part;
    part.facts.path = "1";
    part.facts.kind = PartKind::calendar;
    part.untrusted_bytes = crlf(lines);
    part.charset_label = charset;
    auto outcome = make_calendar_handler(zone)->handle(std::move(part), Budget{BudgetLimits()});
    REQUIRE(outcome.has_value());
    return std::get<TextMade>(std::move(*outcome));
}

std::string event(const std::string& lines) {
    return "BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + lines + "END:VEVENT\nEND:VCALENDAR\n";
}

std::string shown(const std::string& lines, const std::string& zone = japan) {
    return summary(event(lines), "utf-8", zone).text.str();
}

// Folded after every so many bytes, as RFC 5545 3.1 lets a writer do who knows nothing of characters.
std::string folded(const std::string& line, std::size_t octets) {
    std::string out;
    for (std::size_t at = 0; at < line.size(); at += octets) out += (at == 0 ? "" : "\n ") + line.substr(at, octets);
    return out + "\n";
}

}  // namespace

TEST_CASE("case calendar-fold-in-character, case charset-utf8-vcard: lines are joined before they are decoded") {
    const std::string line = "SUMMARY:第三会議室にお集まりください。山田太郎様";
    for (const char* icu : {"UTF-8", "windows-31j", "EUC-JP", "ISO-2022-JP"}) {
        for (const std::size_t octets : {9u, 10u, 11u, 12u, 13u}) {
            CAPTURE(icu, octets);
            const TextMade made = summary(event(folded(encoded(line, icu), octets)), icu);
            CHECK(made.text.str().find("件名 (SUMMARY): 第三会議室にお集まりください。山田太郎様\n") !=
                  std::string::npos);
            CHECK(made.undecodable == 0);
        }
    }
    const TextMade card = summary("BEGIN:VCARD\nVERSION:3.0\nFN:\xe5\xb1\xb1\xe7\n \x94\xb0太郎\nEND:VCARD\n");
    CHECK(card.text.str() == "氏名 (FN): 山田太郎\n");
    CHECK(card.charset == "UTF-8");
}

TEST_CASE("a stray byte in a vCard or a calendar is U+FFFD, counted and said") {
    const TextMade made = summary("BEGIN:VCARD\nFN:山田\xff太郎\nEND:VCARD\n");
    CHECK(made.text.str() == "氏名 (FN): 山田\xef\xbf\xbd太郎\n");
    CHECK(made.undecodable == 1);
    CHECK(contains(made.notes, Reason::undecodable));
}

TEST_CASE("values of vCard 2.1 are read in the charset that they name, quoted-printable or raw") {
    const std::string name = encoded("山田太郎", "windows-31j");
    const TextMade raw = summary("BEGIN:VCARD\nFN;CHARSET=SHIFT_JIS:" + name + "\nNOTE:会議\nEND:VCARD\n", "utf-8");
    CHECK(raw.text.str() == "氏名 (FN): 山田太郎\n備考 (NOTE): 会議\n");
    const TextMade cut =
        summary("BEGIN:VCARD\nFN;CHARSET=UTF-8;ENCODING=QUOTED-PRINTABLE:=E5=B1=B1=E7=94\nEND:VCARD\n", "");
    CHECK(cut.text.str() == "氏名 (FN): 山\xef\xbf\xbd\n");
    CHECK(cut.undecodable == 1);
}

TEST_CASE("case calendar-utc: times are shown on the reader's clock, which is named") {
    struct Row {
        const char* written;
        const char* shown;
    };
    for (const Row& row :
         {Row{":20261201T050000Z", "2026-12-01 14:00 (JST)"}, Row{":20261201T160000Z", "2026-12-02 01:00 (JST)"},
          Row{";TZID=Asia/Tokyo:20261201T140000", "2026-12-01 14:00 (JST)"},
          Row{";TZID=\"Asia/Tokyo\":20261201T140000", "2026-12-01 14:00 (JST)"},
          Row{";TZID=Tokyo Standard Time:20261201T140000", "2026-12-01 14:00 (JST)"},
          Row{";TZID=/mozilla.org/20050126_1/Asia/Tokyo:20261201T140000", "2026-12-01 14:00 (JST)"},
          Row{";TZID=America/New_York:20260701T100000", "2026-07-01 23:00 (JST)"},
          Row{";TZID=America/New_York:20261201T100000", "2026-12-02 00:00 (JST)"},
          Row{";TZID=Pacific Standard Time:20261201T080000", "2026-12-02 01:00 (JST)"},
          Row{";TZID=Somewhere:20261201T080000", "2026-12-01 08:00 (Somewhere)"},
          Row{":20261201T080000", "2026-12-01 08:00 (時間帯の指定なし)"}, Row{";VALUE=DATE:20261201", "2026-12-01"},
          Row{":20261301T080000Z", "20261301T080000Z"}, Row{":20261201T250000Z", "20261201T250000Z"},
          Row{":soon", "soon"}}) {
        CAPTURE(row.written);
        CHECK(shown("DTSTART"s + row.written + "\n") == "開始 (DTSTART): "s + row.shown + "\n");
    }
    CHECK(shown("DTEND;VALUE=DATE:20270101\n") == "終了 (DTEND): 2026-12-31\n");  // the day behind the last one
    CHECK(shown("EXDATE:20261201T050000Z,20261208T050000Z\n") ==
          "除く日時 (EXDATE): 2026-12-01 14:00 (JST)、2026-12-08 14:00 (JST)\n");
    CHECK(shown("DURATION:PT1H30M\n") == "期間 (DURATION): 1時間30分\n");
}

TEST_CASE("another zone than that of Japan is named by its own name, and one that nobody knows is Japan's") {
    CHECK(shown("DTSTART:20260701T050000Z\n", "Europe/Berlin") == "開始 (DTSTART): 2026-07-01 07:00 (Europe/Berlin)\n");
    CHECK(shown("DTSTART:20260701T050000Z\n", "UTC") == "開始 (DTSTART): 2026-07-01 05:00 (UTC)\n");
    for (const char* zone : {"", "JST-9", "Nowhere/Land"}) {
        CHECK(shown("DTSTART:20260701T050000Z\n", zone) == "開始 (DTSTART): 2026-07-01 14:00 (JST)\n");
    }
}

TEST_CASE("a zone of the calendar's own counts where it has one offset only") {
    const auto zone = [](const std::string& offsets) {
        return "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:Office\n" + offsets +
               "END:VTIMEZONE\nBEGIN:VEVENT\nDTSTART;TZID=Office:20261201T140000\nEND:VEVENT\nEND:VCALENDAR\n";
    };
    const std::string east = "BEGIN:STANDARD\nTZOFFSETFROM:+0000\nTZOFFSETTO:+0800\nEND:STANDARD\n";
    const std::string summer = "BEGIN:DAYLIGHT\nTZOFFSETTO:+0900\nEND:DAYLIGHT\n";
    CHECK(summary(zone(east)).text.str() == "開始 (DTSTART): 2026-12-01 15:00 (JST)\n");
    CHECK(summary(zone(east + summer)).text.str() == "開始 (DTSTART): 2026-12-01 14:00 (Office)\n");
}

TEST_CASE("case calendar-reply-answer: a reply says who comes and who does not") {
    const auto answer = [](const std::string& method, const std::string& parameters) {
        return summary("BEGIN:VCALENDAR\nMETHOD:" + method + "\nBEGIN:VEVENT\nATTENDEE" + parameters +
                       ":mailto:tanaka@example.net\nEND:VEVENT\nEND:VCALENDAR\n")
            .text.str();
    };
    CHECK(answer("REPLY", ";PARTSTAT=DECLINED;CN=田中") ==
          "種別 (METHOD): 返答 (REPLY)\n\n出席者 (ATTENDEE): 田中 <tanaka@example.net> 欠席 (DECLINED)\n");
    CHECK(answer("REPLY", ";PARTSTAT=ACCEPTED").find("tanaka@example.net 出席 (ACCEPTED)\n") != std::string::npos);
    CHECK(answer("REPLY", ";PARTSTAT=tentative").find("仮の出席 (TENTATIVE)\n") != std::string::npos);
    CHECK(answer("REPLY", ";PARTSTAT=DELEGATED").find("代理に委任 (DELEGATED)\n") != std::string::npos);
    CHECK(answer("REPLY", ";PARTSTAT=NEEDS-ACTION").find("未回答 (NEEDS-ACTION)\n") != std::string::npos);
    CHECK(answer("REPLY", ";PARTSTAT=X-LATER").find(" X-LATER\n") != std::string::npos);
    CHECK(answer("REPLY", ";PARTSTAT=DECLINED;X-RESPONSE-COMMENT=\"出張; のため\"")
              .find("(DECLINED)「出張; のため」\n") != std::string::npos);
    CHECK(answer("REQUEST", ";PARTSTAT=NEEDS-ACTION;CN=田中").find("<tanaka@example.net>\n") != std::string::npos);
    CHECK(shown("STATUS:CANCELLED\n") == "状態 (STATUS): 中止 (CANCELLED)\n");
}

TEST_CASE("what comes again is said in words, and what has none stays as it is written") {
    struct Row {
        const char* rule;
        const char* words;
    };
    for (const Row& row :
         {Row{"FREQ=DAILY", "毎日"}, Row{"FREQ=DAILY;INTERVAL=2;COUNT=5", "2日ごと、全5回"},
          Row{"FREQ=WEEKLY;BYDAY=TU;COUNT=10", "毎週 火曜日、全10回"},
          Row{"FREQ=WEEKLY;WKST=SU;BYDAY=MO,WE,FR", "毎週 月・水・金曜日"},
          Row{"FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "2週間ごと 木曜日"}, Row{"FREQ=MONTHLY;BYDAY=2TU", "毎月 第2火曜日"},
          Row{"FREQ=MONTHLY;BYDAY=-1FR", "毎月 最終金曜日"}, Row{"FREQ=MONTHLY;BYMONTHDAY=15", "毎月 15日"},
          Row{"FREQ=MONTHLY;BYMONTHDAY=-1", "毎月 末日"}, Row{"FREQ=MONTHLY;INTERVAL=3", "3か月ごと"},
          Row{"FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1", "毎月 月・火・水・木・金曜日のうち最後の日"},
          Row{"FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1", "毎年 4月1日"},
          Row{"FREQ=YEARLY;BYMONTH=5;BYDAY=2SU", "毎年 5月 第2日曜日"},
          Row{"FREQ=WEEKLY;UNTIL=20261231T150000Z", "毎週、2027-01-01 00:00 (JST) まで"},
          Row{"FREQ=DAILY;UNTIL=20261231", "毎日、2026-12-31 まで"}, Row{"freq=daily", "毎日"},
          // without words
          Row{"FREQ=HOURLY", "FREQ=HOURLY"}, Row{"FREQ=DAILY;BYHOUR=9,17", "FREQ=DAILY;BYHOUR=9,17"},
          Row{"FREQ=WEEKLY;BYDAY=XX", "FREQ=WEEKLY;BYDAY=XX"}, Row{"FREQ=DAILY;COUNT=x", "FREQ=DAILY;COUNT=x"},
          Row{"COUNT=3", "COUNT=3"}, Row{"", ""}}) {
        CAPTURE(row.rule);
        CHECK(rule_in_words(row.rule, ReadersClock(japan), "", 0) == row.words);
    }
    CHECK(shown("DTSTART:20261201T050000Z\nRRULE:FREQ=WEEKLY;BYDAY=TU\n").find("繰り返し (RRULE): 毎週 火曜日\n") !=
          std::string::npos);
}

TEST_CASE("weekdays are those of the reader's date") {
    // Tuesday 23:00 UTC is Wednesday in Japan; which day of the month that is cannot be said in words.
    CHECK(shown("RRULE:FREQ=WEEKLY;BYDAY=TU,SU\nDTSTART:20261201T230000Z\n").find("毎週 水・月曜日\n") !=
          std::string::npos);
    CHECK(shown("DTSTART:20261201T230000Z\nRRULE:FREQ=MONTHLY;BYDAY=1TU\n").find("FREQ=MONTHLY;BYDAY=1TU\n") !=
          std::string::npos);
}

TEST_CASE("lengths of time are said in words") {
    CHECK(duration_in_words("P1D") == "1日");
    CHECK(duration_in_words("P1W") == "1週間");
    CHECK(duration_in_words("+P1DT2H") == "1日2時間");
    CHECK(duration_in_words("PT0H45M") == "45分");
    for (const char* odd : {"", "P", "PT", "P1", "P1M", "1D", "-PT5M", "P1X"}) CHECK(duration_in_words(odd) == odd);
}

TEST_CASE("case calendar-utc: the same invitation twice in one mail is shown once, another one is not lost") {
    const std::string invitation = event("SUMMARY:定例会\nDTSTART:20261201T050000Z\nDTSTAMP:20261120T001200Z\n");
    const std::string copy =
        event("DTSTAMP:20261120T001300Z\nSUMMARY:定例会\nDTSTART;TZID=Asia/Tokyo:20261201T140000\n");
    const std::string moved = event("SUMMARY:定例会\nDTSTART:20261202T050000Z\n");
    const auto mail = [&](const std::string& file) {
        const std::string forms = multipart(
            "alternative",
            {text_part("定例会のご案内です。"), "Content-Type: text/calendar; charset=utf-8\n\n" + invitation}, "b1");
        return read(crlf(head + multipart("mixed", {forms, file_part("application/ics", "invite.ics", file)})));
    };
    const Extract same = mail(copy);
    CHECK(row(same, "2").verdict == PartVerdict::removed);
    CHECK(row(same, "2").reason == Reason::alternative_not_shown);
    CHECK(same.texts.size() == 2);
    const Extract other = mail(moved);
    CHECK(row(other, "2").verdict == PartVerdict::text);
    CHECK(all_text(other).find("2026-12-02 14:00") != std::string::npos);
    const Extract fuller = mail(event("SUMMARY:定例会\nDTSTART:20261201T050000Z\nLOCATION:第三会議室\n"));
    CHECK(row(fuller, "1.2").reason == Reason::alternative_not_shown);
    CHECK(row(fuller, "2").verdict == PartVerdict::text);
    CHECK(fuller.texts.size() == 2);
    CHECK(all_text(fuller).find("第三会議室") != std::string::npos);
    CHECK(repeats_calendar("a\n\nb\n", "b\na\n"));
    CHECK_FALSE(repeats_calendar("a\n", "a\nb\n"));
}

TEST_CASE("AC-218 calendars of nothing but lines, zones and rules take time in proportion") {
    std::string lines = "BEGIN:VCALENDAR\n";
    for (int i = 0; i < 20'000; ++i) {
        lines += "BEGIN:VTIMEZONE\nTZID:Z" + std::to_string(i) + "\nTZOFFSETTO:+0100\nEND:VTIMEZONE\n";
        lines += "DTSTART;TZID=Z" + std::to_string(i) + ":20261201T050000\nRRULE:FREQ=DAILY\n";
    }
    const std::string text = summary(lines).text.str();
    CHECK(text.find("開始 (DTSTART): 2026-12-01 13:00 (JST)\n") != std::string::npos);  // one that is remembered
    CHECK(text.find("(Z19999)\n") != std::string::npos);                                // and one that is not
}

TEST_CASE(
    "what Content-Type says of a calendar's METHOD counts where the file has none, and is told where they differ") {
    const auto shown_with = [](const std::string& method, const std::string& lines,
                               const char* type = "text/calendar") {
        Part part;
        part.facts.path = "1";
        part.facts.kind = PartKind::calendar;
        part.facts.detected_type = type;
        part.calendar_method = method;
        part.untrusted_bytes =
            crlf("BEGIN:VCALENDAR\n" + lines + "BEGIN:VEVENT\nSUMMARY:x\nEND:VEVENT\nEND:VCALENDAR\n");
        auto outcome = make_calendar_handler(japan)->handle(std::move(part), Budget{BudgetLimits()});
        REQUIRE(outcome.has_value());
        return std::get<TextMade>(std::move(*outcome)).text.str();
    };
    const std::string summary_line = "件名 (SUMMARY): x\n";
    CHECK(shown_with("cancel", "") == "種別 (METHOD): 中止 (CANCEL)\n\n" + summary_line);
    CHECK(shown_with("x-foo", "") == "種別 (METHOD): X-FOO\n\n" + summary_line);
    CHECK(shown_with("", "") == summary_line);
    CHECK(shown_with("cancel", "METHOD:Cancel\n") == "種別 (METHOD): 中止 (CANCEL)\n\n" + summary_line);
    CHECK(shown_with("cancel", "METHOD:REQUEST\n") ==
          "種別 (METHOD): 招待・依頼 (REQUEST)、メールの指定は 中止 (CANCEL)\n\n" + summary_line);
    CHECK(shown_with("cancel", "", "text/vcard") == summary_line);
}

TEST_CASE("the way of a METHOD from the header of a mail to its text") {
    const auto text_of = [](const std::string& type) {
        const Extract extract =
            read(crlf("From: a@example.com\nMIME-Version: 1.0\nContent-Type: " + type + "\n\n" + event("SUMMARY:x\n")));
        return extract.texts.empty() ? std::string() : extract.texts.front().text.str();
    };
    const std::string cancelled = "種別 (METHOD): 中止 (CANCEL)\n\n件名 (SUMMARY): x\n";
    CHECK(text_of("text/calendar; method=CANCEL") == cancelled);
    CHECK(text_of("text/calendar; charset=utf-8; METHOD=\"Cancel\"") == cancelled);
    for (const std::string& unusable : {"\"a b\""s, "\"\""s, std::string(41, 'a')}) {
        CAPTURE(unusable);
        CHECK(text_of("text/calendar; method=" + unusable) == "件名 (SUMMARY): x\n");
    }
}

TEST_CASE("X-WR-TIMEZONE is the zone of times that have none of their own") {
    const auto shown_with = [](const std::string& start, const std::string& fields) {
        return summary("BEGIN:VCALENDAR\n" + start + "BEGIN:VEVENT\n" + fields + "END:VEVENT\nEND:VCALENDAR\n")
            .text.str();
    };
    const std::string new_york = "X-WR-TIMEZONE:America/New_York\n";
    struct Row {
        std::string head;
        std::string start;
        std::string shown;
    };
    const auto row = GENERATE_COPY(values({
        Row{new_york, ":20261201T080000", "2026-12-01 22:00 (JST)"},
        Row{"X-WR-TIMEZONE: Tokyo Standard Time \n", ":20261201T080000", "2026-12-01 08:00 (JST)"},
        // Something better stands there.
        Row{new_york, ":20261201T080000Z", "2026-12-01 17:00 (JST)"},
        Row{new_york, ";TZID=Europe/Berlin:20261201T080000", "2026-12-01 16:00 (JST)"},
        Row{new_york, ";VALUE=DATE:20261201", "2026-12-01"},
        // Nothing good does.
        Row{"X-WR-TIMEZONE:Nowhere\n", ":20261201T080000", "2026-12-01 08:00 (Nowhere)"},
        Row{"X-WR-TIMEZONE:\n", ":20261201T080000", "2026-12-01 08:00 (時間帯の指定なし)"},
        Row{"X-WR-TIMEZONE:" + std::string(65, 'x') + "\n", ":20261201T080000", "2026-12-01 08:00 (時間帯の指定なし)"},
        Row{new_york + "X-WR-TIMEZONE:Asia/Tokyo\n", ":20261201T080000", "2026-12-01 08:00 (時間帯の指定なし)"},
    }));
    CAPTURE(row.head, row.start);
    CHECK(shown_with(row.head, "DTSTART" + row.start + "\n") == "開始 (DTSTART): " + row.shown + "\n");
    if (row.shown == "2026-12-01 22:00 (JST)") {
        CHECK(shown_with(row.head, "DTSTART:20261201T200000\nRRULE:FREQ=WEEKLY;BYDAY=TU\n") ==
              "開始 (DTSTART): 2026-12-02 10:00 (JST)\n繰り返し (RRULE): 毎週 水曜日\n");
    }
}
