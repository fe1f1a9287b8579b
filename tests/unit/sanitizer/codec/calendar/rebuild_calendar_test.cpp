#include "sanitizer/codec/calendar/rebuild_calendar.hpp"

#include <catch2/catch.hpp>
#include <random>
#include <string>

#include "sanitizer/checker/calendar/check_calendar.hpp"
#include "sanitizer/sandboxed/types/file_type.hpp"
#include "tests/support/in_the_sandbox.hpp"

using namespace mugaika;
using namespace mugaika::codec;
using namespace mugaika::test;

namespace {

std::string crlf(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') out += '\r';
        out += c;
    }
    return out;
}

PartFacts facts_of(const std::string& type) {
    PartFacts facts;
    facts.kind = PartKind::calendar;
    facts.detected_type = type;
    return facts;
}

FileOutcome outcome_of(const std::string& bytes, const std::string& type, const std::string& charset = "") {
    FilePurse purse{FileLimits()};
    return rebuild_calendar(facts_of(type), charset, bytes, purse);
}

// What the checker passes, and what stays the same when it is rebuilt again.
FileMade made_of(const std::string& bytes, const std::string& type, const std::string& charset = "") {
    FileOutcome outcome = outcome_of(bytes, type, charset);
    REQUIRE(std::holds_alternative<FileMade>(outcome));
    FileMade made = std::get<FileMade>(std::move(outcome));
    const auto checked = checker::check_calendar(made.kind, made.untrusted_bytes);
    INFO(made.untrusted_bytes);
    if (!checked) FAIL(checked.error().words());
    const FileOutcome again = outcome_of(made.untrusted_bytes, type);
    REQUIRE(std::holds_alternative<FileMade>(again));
    CHECK(std::get<FileMade>(again).untrusted_bytes == made.untrusted_bytes);
    CHECK(std::get<FileMade>(again).losses.empty());
    return made;
}

std::string without_cr(std::string text) {
    std::erase(text, '\r');
    return text;
}

std::string ics(const std::string& bytes, const std::string& charset = "utf-8") {
    return without_cr(made_of(crlf(bytes), "text/calendar", charset).untrusted_bytes);
}
std::string vcf(const std::string& bytes, const std::string& charset = "") {
    return without_cr(made_of(crlf(bytes), "text/vcard", charset).untrusted_bytes);
}

std::string event(const std::string& lines) {
    return "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nDTSTAMP:20260401T000000Z\nDTSTART:20260401\n" + lines +
           "END:VEVENT\nEND:VCALENDAR\n";
}

// What stands in the event of it beside UID and times.
std::string in_event(const std::string& lines) {
    const std::string start = "DTSTART;VALUE=DATE:20260401\n";
    const std::string out = ics(event(lines));
    const std::size_t begin = out.find(start) + start.size();
    return out.substr(begin, out.find("END:VEVENT") - begin);
}

std::string card(const std::string& lines) { return "BEGIN:VCARD\nVERSION:2.1\n" + lines + "END:VCARD\n"; }

std::string in_card(const std::string& lines, const std::string& charset = "") {
    const std::string start = "BEGIN:VCARD\nVERSION:3.0\n";
    const std::string out = vcf(card(lines), charset);
    REQUIRE(out.starts_with(start));
    return out.substr(start.size(), out.find("END:VCARD") - start.size());
}

}  // namespace

TEST_CASE("AC-218 an invitation keeps what a calendar needs, in one order, and nothing else") {
    const std::string made = ics(
        "BEGIN:VCALENDAR\nPRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN\nVERSION:2.0\nMETHOD:REQUEST\n"
        "X-MS-OLK-FORCEINSPECTOROPEN:TRUE\nBEGIN:VTIMEZONE\nTZID:Tokyo Standard Time\nX-LIC-LOCATION:Asia/Tokyo\n"
        "BEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0900\nTZOFFSETTO:+0900\nEND:STANDARD\nEND:VTIMEZONE\n"
        "BEGIN:VEVENT\nATTACH:https://evil.example/a.exe\nCLASS:PUBLIC\nCREATED:20260301T000000Z\n"
        "DESCRIPTION:議題は二つ\\n一 予算\\n二 file://server/x と https://city.example.jp/\n"
        "DTEND;TZID=\"Tokyo Standard Time\":20260401T100000\nDTSTAMP:20260301T000000Z\n"
        "DTSTART;TZID=\"Tokyo Standard Time\":20260401T090000\nLOCATION:第一会議室\\, 本庁\nPRIORITY:5\nSEQUENCE:0\n"
        "ORGANIZER;CN=\"総務課\";SENT-BY=\"mailto:x@example.jp\":mailto:somu@city.example.jp\n"
        "ATTENDEE;ROLE=REQ-PARTICIPANT;X-NUM-GUESTS=0;RSVP=TRUE;PARTSTAT=NEEDS-ACTION;CN=山田:MAILTO:yamada@example."
        "jp\n"
        "RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=WE\nEXDATE;TZID=\"Tokyo Standard Time\":20260408T090000\n"
        "SUMMARY;LANGUAGE=ja:定例会議\nTRANSP:OPAQUE\nUID:040000008200E00074C5\nURL:javascript:alert(1)\n"
        "X-ALT-DESC;FMTTYPE=text/html:<html><script>x</script></html>\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY\n"
        "BEGIN:VALARM\nTRIGGER:-PT15M\nACTION:PROCEDURE\nATTACH:file:///c:/windows/calc.exe\nDESCRIPTION:Reminder\n"
        "END:VALARM\nEND:VEVENT\nEND:VCALENDAR\n");
    CHECK(made ==
          "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//mugaika//rebuilt//EN\nMETHOD:REQUEST\nBEGIN:VTIMEZONE\n"
          "TZID:Tokyo Standard Time\nBEGIN:STANDARD\nDTSTART:16010101T000000\nTZOFFSETFROM:+0900\nTZOFFSETTO:+0900\n"
          "END:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:040000008200E00074C5\nDTSTAMP:20260301T000000Z\n"
          "DTSTART;TZID=\"Tokyo Standard Time\":20260401T090000\nDTEND;TZID=\"Tokyo Standard Time\":20260401T100000\n"
          "RRULE:FREQ=WEEKLY;COUNT=4;BYDAY=WE\nEXDATE;TZID=\"Tokyo Standard Time\":20260408T090000\nSUMMARY:定例会議\n"
          "LOCATION:第一会議室\\, 本庁\n"
          "DESCRIPTION:議題は二つ\\n一 予算\\n二 file[:]//server/x と https://\n city.example.jp/\n"
          "ORGANIZER;CN=\"総務課\":mailto:somu@city.example.jp\n"
          "ATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"山田\":m\n ailto:yamada@example.jp\n"
          "SEQUENCE:0\nPRIORITY:5\nTRANSP:OPAQUE\nCLASS:PUBLIC\nEND:VEVENT\nEND:VCALENDAR\n");
}

TEST_CASE("AC-218 the times of a zone itself are local ones, and name no zone") {
    const std::string made = ics(
        "BEGIN:VCALENDAR\nBEGIN:VTIMEZONE\nTZID:T\nBEGIN:STANDARD\nDTSTART;TZID=T:20260101T000000\n"
        "TZOFFSETFROM:+0900\nTZOFFSETTO:+0900\nRDATE;TZID=T:20260102T000000,20260103T000000\nRDATE:20260104\n"
        "END:STANDARD\nBEGIN:DAYLIGHT\nDTSTART:20260101T000000Z\nTZOFFSETFROM:+0900\nTZOFFSETTO:+0900\n"
        "END:DAYLIGHT\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:1\nDTSTAMP:20260301T000000Z\nDTSTART;TZID=T:20260401T090000\n"
        "END:VEVENT\nEND:VCALENDAR\n");
    CHECK(made ==
          "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//mugaika//rebuilt//EN\nBEGIN:VTIMEZONE\nTZID:T\nBEGIN:STANDARD\n"
          "DTSTART:20260101T000000\nTZOFFSETFROM:+0900\nTZOFFSETTO:+0900\nRDATE:20260102T000000,20260103T000000\n"
          "END:STANDARD\nEND:VTIMEZONE\nBEGIN:VEVENT\nUID:1\nDTSTAMP:20260301T000000Z\n"
          "DTSTART;TZID=\"T\":20260401T090000\nEND:VEVENT\nEND:VCALENDAR\n");
}

TEST_CASE("AC-218 what is lost of a calendar is counted where a reader would miss it") {
    const auto losses = [](const std::string& lines) { return made_of(crlf(event(lines)), "text/calendar").losses; };
    CHECK(losses("SUMMARY:a\nX-ALT-DESC:b\nBEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM\n").empty());
    const auto attached = losses("ATTACH:cid:1\nATTACH;ENCODING=BASE64;VALUE=BINARY:TVqQ\n");
    REQUIRE(attached.size() == 1);
    CHECK(attached[0].what == Reason::embedded_file_removed);
    CHECK(attached[0].count == 2);
    const FileMade two = made_of(crlf("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nSUMMARY:no beginning\nEND:VEVENT\n"
                                      "BEGIN:VEVENT\nUID:2\nDTSTART:20260401\nEND:VEVENT\nEND:VCALENDAR\n"),
                                 "text/calendar");
    REQUIRE(two.losses.size() == 1);
    CHECK(two.losses[0].what == Reason::unknown_content_removed);
    const auto refused = [](const std::string& bytes, const std::string& type) {
        const FileOutcome outcome = outcome_of(crlf(bytes), type);
        const auto* why = std::get_if<FileNotMade>(&outcome);
        return why == nullptr ? Reason::none : why->why;
    };
    CHECK(refused("BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:1\nEND:VEVENT\nEND:VCALENDAR\n", "text/calendar") ==
          Reason::not_representable);
    CHECK(refused("BEGIN:VCALENDAR\nBEGIN:VFREEBUSY\nUID:1\nEND:VFREEBUSY\nEND:VCALENDAR\n", "text/calendar") ==
          Reason::not_representable);
    CHECK(refused("", "text/calendar") == Reason::not_representable);
    CHECK(refused("BEGIN:VCARD\nTEL:1\nEND:VCARD\n", "text/vcard") == Reason::not_representable);
}

TEST_CASE("an event without an identity gets one of its content, the same each time") {
    const std::string made = ics("BEGIN:VEVENT\nDTSTART:20260401T090000Z\nSUMMARY:a\nEND:VEVENT\n");
    CHECK(made.find("UID:mugaika-") != std::string::npos);
    CHECK(made.find("DTSTAMP:19700101T000000Z\nDTSTART:20260401T090000Z\n") != std::string::npos);
    CHECK(ics("BEGIN:VEVENT\nSUMMARY:a\nDTSTART:20260401T090000Z\nEND:VEVENT\n") == made);
    CHECK(ics("BEGIN:VEVENT\nSUMMARY:b\nDTSTART:20260401T090000Z\nEND:VEVENT\n") != made);
    const std::string long_uid(200, 'u');
    CHECK(ics("BEGIN:VEVENT\nUID:" + long_uid + "\nDTSTART:20260401\nEND:VEVENT\n").find("DTSTAMP") !=
          std::string::npos);
}

TEST_CASE("AC-218 values are of their form, or the property is not written") {
    CHECK(in_event("DURATION:pt1h30m\n") == "DURATION:PT1H30M\n");
    for (const char* bad : {"DURATION:1H",
                            "DURATION:P",
                            "DURATION:PT",
                            "RRULE:FREQ=SECONDLY",
                            "RRULE:COUNT=3",
                            "RRULE:FREQ=DAILY;X=1",
                            "SEQUENCE:-1",
                            "SEQUENCE:x",
                            "PRIORITY:10",
                            "STATUS:ODD",
                            "TRANSP:x",
                            "CLASS:SECRET",
                            "URL:file:///c:/x",
                            "URL:\\\\server\\x",
                            "URL:https://",
                            "URL:http://a b",
                            "ORGANIZER:http://evil.example/",
                            "ATTENDEE:mailto:",
                            "DTEND:soon",
                            "DTEND:20261301",
                            "EXDATE:20260401,x",
                            "EXDATE:20260401,20260401T090000",
                            "RECURRENCE-ID:1",
                            "GEO:1;2",
                            "CATEGORIES:x",
                            "X-A:b",
                            "CONTACT:x",
                            "SUMMARY: "}) {
        INFO(bad);
        CHECK(in_event(std::string(bad) + "\n").empty());
    }
    CHECK(in_event("SUMMARY:first\nSUMMARY:second\n") == "SUMMARY:first\n");
    CHECK(in_event("URL:HTTPS://a.example/?b=c#d\n") == "URL:https://a.example/?b=c#d\n");
    CHECK(in_event("DTEND;TZID=\"a\"\"b:c\":20260401T090000\n").find("DTEND;TZID=\"ab:c\":") == 0);
    CHECK(in_event("ORGANIZER;CN=\"a\x01\nb\":mailto:a@example.jp\n").find("evil") == std::string::npos);
}

TEST_CASE("AC-130 AC-218 texts are cleaned, and nothing in them is followed but the web and mail") {
    CHECK(in_event("SUMMARY:a\u202eb\u200bc\n") == "SUMMARY:abc\n");
    CHECK(in_event("LOCATION:\\\\\\\\server\\\\share\n") == "LOCATION:\\\\[\\\\]server\\\\share\n");
    CHECK(in_event("SUMMARY:javascript:alert(1)\n") == "SUMMARY:javascript[:]alert(1)\n");
    const std::string long_name = "ms-" + std::string(60, 'a');
    CHECK(in_event("SUMMARY:" + long_name + ":b\n") == "SUMMARY:" + long_name + "[:]b\n");
    CHECK(in_event("DESCRIPTION:a\\;b\\,c\\\\d\\Ne\n") == "DESCRIPTION:a\\;b\\,c\\\\d\\ne\n");
    CHECK(in_event("DESCRIPTION:a;b,c\n") == "DESCRIPTION:a\\;b\\,c\n");
}

TEST_CASE("an address of empty fields is none, and those behind the last one do not make it one") {
    CHECK(in_card("FN:x\nADR:;;;;;;;y\n") == "FN:x\nN:x;;;;\n");
    CHECK(in_card("FN:x\nN:;;;;;y\nORG:" + std::string(20, ';') + "y\n") == "FN:x\nN:x;;;;\n");
}

TEST_CASE("lines are folded at 75 octets between characters, and read again whole") {
    for (std::size_t length = 20; length < 200; ++length) {
        std::string summary;
        for (std::size_t i = 0; i < length; ++i) summary += i % 3 == 0 ? "漢" : "a";
        std::string made = in_event("SUMMARY:" + summary + "\n");
        std::size_t at = 0;
        while ((at = made.find("\n ")) != std::string::npos) made.erase(at, 2);
        CHECK(made == "SUMMARY:" + summary + "\n");
    }
}

TEST_CASE("a mobile phone's contact in Shift_JIS and quoted-printable arrives in UTF-8 as vCard 3.0") {
    CHECK(in_card(
              "N;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8ER=93c;=91=BE=98Y;;;\n"
              "SOUND;X-IRMC-N;CHARSET=SHIFT_JIS:\xd4\xcf\xc0\xde;\xc0\xdb\xb3\n"
              "TEL;CELL:090-1234-5678\nTEL;TYPE=work,fax:03-1234-5678\nEMAIL;INTERNET;HOME:taro@example.jp\n"
              "PHOTO;ENCODING=BASE64;JPEG:/9j/4AAQ\n\n"
              "ADR;HOME;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:;;=92=86=89=9B=8B=E6;;;100-0001;\n"
              "NOTE:\x93\xfa\x96\x7b\nURL:https://example.jp/\nURL:file:///x\nKEY:x\nX-CLASS:PUBLIC\nBDAY:1976-04-01\n",
              "shift_jis") ==
          "FN:山田 太郎\nN:山田;太郎;;;\nTEL;TYPE=CELL:090-1234-5678\nTEL;TYPE=WORK,FAX:03-1234-5678\n"
          "EMAIL;TYPE=HOME,INTERNET:taro@example.jp\nADR;TYPE=HOME:;;中央区;;;100-0001;\nURL:https://example.jp/\n"
          "BDAY:1976-04-01\nNOTE:日本\n");
}

TEST_CASE("several contacts in one file are each written, and each has both names") {
    const std::string made =
        vcf(card("FN:一\n") + card("ORG:会社;部\n") + card("EMAIL:a@example.jp\n") + card("TEL:1\n"));
    CHECK(made.find("FN:一\nN:一;;;;\n") != std::string::npos);
    CHECK(made.find("FN:会社 部\nN:会社 部;;;;\nORG:会社;部\n") != std::string::npos);
    CHECK(made.find("FN:a@example.jp\nN:a@example.jp;;;;\nEMAIL:a@example.jp\n") != std::string::npos);
    CHECK(made.find("TEL") == std::string::npos);
    CHECK(in_card("N:a\\;b;c\nFN:x\n") == "FN:x\nN:a\\;b;c;;;\n");
}

TEST_CASE("UTF-16 calendars are read") {
    std::string wide = "\xff\xfe";
    for (const char c : crlf(event("SUMMARY:a\n"))) wide.append(1, c).push_back('\0');
    CHECK(without_cr(made_of(wide, "text/calendar").untrusted_bytes).find("SUMMARY:a\n") != std::string::npos);
}

TEST_CASE("AC-210 AC-218 whatever stands in a calendar, what is made of it passes the checker, or nothing is made") {
    std::mt19937 random(20261130);
    const std::string base =
        crlf(event("SUMMARY:会議 https://a.example/\nDESCRIPTION:x\\ny\nORGANIZER;CN=\"a b\":mailto:a@example.jp\n"
                   "RRULE:FREQ=WEEKLY;BYDAY=MO\nEXDATE:20260401,20260402\nURL:https://a.example/\n")) +
        crlf(card("N:a;b\nTEL;CELL:1\nADR:;;x;;;;\nNOTE:y\n"));
    const std::string signs = ":;,\\\"\r\n =\t\x01\xe3\x81\x82/ftp:BEGINEND";
    for (int round = 0; round < 3000; ++round) {
        std::string bytes = base;
        for (int i = 0; i < 4; ++i) {
            const std::size_t at = random() % bytes.size();
            const std::size_t kind = random() % 3;
            if (kind == 0) bytes[at] = signs[random() % signs.size()];
            if (kind == 1) bytes.insert(at, signs.substr(random() % signs.size(), 1 + random() % 6));
            if (kind == 2) bytes.erase(at, random() % 8);
        }
        for (const char* type : {"text/calendar", "text/vcard"}) {
            const FileOutcome outcome = outcome_of(bytes, type, "utf-8");
            if (!std::holds_alternative<FileMade>(outcome)) continue;
            const FileMade& made = std::get<FileMade>(outcome);
            const auto checked = checker::check_calendar(made.kind, made.untrusted_bytes);
            INFO(made.untrusted_bytes);
            CHECK(checked.has_value());
            if (!checked) FAIL(checked.error().words());
        }
    }
}

TEST_CASE("a calendar is paid for before it is made") {
    const std::string bytes = crlf(event("SUMMARY:a\n"));
    FileLimits limits;
    limits.out_bytes_max = 10;
    FilePurse purse(limits);
    const FileOutcome outcome = rebuild_calendar(facts_of("text/calendar"), "", bytes, purse);
    REQUIRE(std::holds_alternative<FileNotMade>(outcome));
    CHECK(std::get<FileNotMade>(outcome).why == Reason::files_too_large);
}

TEST_CASE("AC-212 a calendar is rebuilt in a process that has closed itself") {
    const std::string bytes = crlf(event("SUMMARY;CHARSET=Shift_JIS:\x89\xef\x8b\x63\n"));
    made_of(bytes, "text/calendar");  // charsets are loaded
    const Ended ended = in_the_sandbox([&] {
        const FileOutcome outcome = outcome_of(bytes, "text/calendar");
        const auto* made = std::get_if<FileMade>(&outcome);
        return made == nullptr ? std::string() : made->untrusted_bytes;
    });
    CHECK(came_back(ended));
    CHECK(ended.said.find("SUMMARY:会議") != std::string::npos);
}
