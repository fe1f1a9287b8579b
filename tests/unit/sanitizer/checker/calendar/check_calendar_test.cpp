#include "sanitizer/checker/calendar/check_calendar.hpp"

#include <catch2/catch.hpp>
#include <string>

using namespace mugaika;
using namespace mugaika::checker;

namespace {

std::string crlf(const std::string& text) {
    std::string out;
    for (const char c : text) {
        if (c == '\n') out += '\r';
        out += c;
    }
    return out;
}

std::string refusal(SafeKind kind, const std::string& bytes) {
    const auto checked = check_calendar(kind, bytes);
    return checked ? std::string() : checked.error().words();
}

const std::string start = "BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//mugaika//rebuilt//EN\n";

std::string event(const std::string& lines) {
    return crlf(start + "BEGIN:VEVENT\nUID:1\nDTSTAMP:20260401T000000Z\nDTSTART:20260401T000000Z\n" + lines +
                "END:VEVENT\nEND:VCALENDAR\n");
}
std::string card(const std::string& lines) {
    return crlf("BEGIN:VCARD\nVERSION:3.0\nFN:a\nN:a;;;;\n" + lines + "END:VCARD\n");
}

bool takes_in_event(const std::string& lines) { return refusal(SafeKind::ics, event(lines)).empty(); }
bool takes_in_card(const std::string& lines) { return refusal(SafeKind::vcf, card(lines)).empty(); }

}  // namespace

TEST_CASE("a calendar and contacts of our form pass") {
    CHECK(takes_in_event(""));
    CHECK(
        takes_in_event("RRULE:FREQ=WEEKLY;BYDAY=MO\nEXDATE;VALUE=DATE:20260401,20260402\nSUMMARY:会議\\, x\n"
                       "ORGANIZER;CN=\"a:b;c\":mailto:a@example.jp\nATTENDEE;RSVP=TRUE:mailto:b@example.jp\n"
                       "ATTENDEE:mailto:c@example.jp\nURL:https://a.example/\n"));
    CHECK(takes_in_card("TEL;TYPE=HOME,CELL:090-1\nTEL:1\nADR:;;x;;;;\nURL:http://a.example/\nNOTE:x\\ny\n"));
    CHECK(refusal(SafeKind::vcf, card("") + card("")).empty());
}

TEST_CASE("AC-218 a taken-over codec cannot bring an alarm, an attachment, a picture or an extension") {
    for (const char* lines : {"BEGIN:VALARM\nTRIGGER:-PT5M\nEND:VALARM\n",
                              "ATTACH:https://a.example/x.exe\n",
                              "X-ALT-DESC:x\n",
                              "CATEGORIES:x\n",
                              "URL:javascript:x\n",
                              "URL:file:///x\n",
                              "URL:https://a b\n",
                              "SUMMARY;ALTREP=\"x\":a\n",
                              "ORGANIZER;SENT-BY=\"mailto:x@y.jp\":mailto:a@example.jp\n",
                              "ORGANIZER;DIR=\"ldap:x\":mailto:a@example.jp\n",
                              "ATTENDEE:https://a.example/\n",
                              "SUMMARY:file:///c:/x\n",
                              "SUMMARY:a javascript:b\n",
                              "DESCRIPTION:\\\\\\\\server\\\\x\n",
                              "DESCRIPTION:ftp://a/\n",
                              "DESCRIPTION:ms-word:ofe\n",
                              "LOCATION:a;b\n",
                              "LOCATION:a,b\n",
                              "LOCATION:a\\x\n",
                              "LOCATION:a\\\n",
                              "LOCATION:\n",
                              "STATUS:a b\n",
                              "SEQUENCE:1.5\n",
                              "RRULE:FREQ=SECONDLY\n",
                              "RRULE:FREQ=DAILY;X=1\n",
                              "DTEND;TZID=x:20260401T000000\n",
                              "DTEND;VALUE=DATE:20260401T000000\n",
                              "DTEND;TZID=\"x\":20260401T000000Z\n",
                              "SUMMARY:a\nSUMMARY:b\n",
                              "SUMMARY:a\nRRULE:FREQ=DAILY\n",
                              "summary:a\n",
                              "no colon\n",
                              "\n",
                              "SUMMARY:a\u202eb\n",
                              "SUMMARY:a\tb\n"}) {
        INFO(lines);
        CHECK_FALSE(takes_in_event(lines));
    }
    for (const char* lines :
         {"PHOTO;ENCODING=b:AAAA\n", "PHOTO:https://a.example/\n", "SOUND:x\n", "KEY:x\n", "LOGO:x\n", "AGENT:x\n",
          "URL:data:x\n", "EMAIL:javascript:x\n", "TEL;X-A=b:1\n", "TEL;TYPE=a:1\n", "X-A:b\n", "NOTE:file://x\n",
          "BEGIN:VCARD\nVERSION:3.0\nFN:b\nN:b;;;;\nEND:VCARD\n"}) {
        INFO(lines);
        CHECK_FALSE(takes_in_card(lines));
    }
}

TEST_CASE("AC-223 what stands before, between or behind a calendar is refused") {
    const std::string good = event("SUMMARY:a\n");
    for (const SafeKind kind : {SafeKind::ics, SafeKind::vcf}) {
        CHECK_FALSE(refusal(kind, "").empty());
        CHECK_FALSE(refusal(kind, "\xef\xbb\xbf" + good).empty());
        CHECK_FALSE(refusal(kind, good + "x\r\n").empty());
        CHECK_FALSE(refusal(kind, good + good).empty());
    }
    CHECK_FALSE(refusal(SafeKind::vcf, good).empty());
    CHECK_FALSE(refusal(SafeKind::ics, card("")).empty());
    CHECK_FALSE(refusal(SafeKind::text, good).empty());
    for (std::size_t length = 0; length < good.size(); ++length) {
        CHECK_FALSE(refusal(SafeKind::ics, good.substr(0, length)).empty());
    }
    CHECK_FALSE(refusal(SafeKind::ics, crlf(start + "END:VCALENDAR\n")).empty());
    CHECK_FALSE(refusal(SafeKind::ics, crlf(start + "BEGIN:VJOURNAL\nEND:VJOURNAL\nEND:VCALENDAR\n")).empty());
    CHECK_FALSE(refusal(SafeKind::ics, crlf(start + "BEGIN:VEVENT\nUID:1\nEND:VEVENT\nEND:VCALENDAR\n")).empty());
    CHECK_FALSE(refusal(SafeKind::ics, crlf(start + "METHOD:ODD\nBEGIN:VTODO\nUID:1\nDTSTAMP:20260401T000000Z\nEND:"
                                                    "VTODO\nEND:VCALENDAR\n"))
                    .empty());
}

TEST_CASE("lines end with CRLF and are folded as late as can be") {
    const std::string good = event("SUMMARY:" + std::string(67, 'a') + "\n b\n");
    CHECK(refusal(SafeKind::ics, good).empty());
    CHECK_FALSE(takes_in_event("SUMMARY:" + std::string(66, 'a') + "\n b\n"));
    CHECK_FALSE(takes_in_event("SUMMARY:" + std::string(68, 'a') + "\n"));
    CHECK_FALSE(takes_in_event("SUMMARY:" + std::string(67, 'a') + "\n \n"));
    std::string bare = event("SUMMARY:a\n");
    bare.erase(bare.find('\r'), 1);
    CHECK_FALSE(refusal(SafeKind::ics, bare).empty());
}

TEST_CASE("AC-210 a byte that is changed anywhere ends in words, and never in anything else") {
    const std::string good = event("SUMMARY:会議\nORGANIZER;CN=\"a\":mailto:a@example.jp\n");
    for (std::size_t i = 0; i < good.size(); ++i) {
        for (const int flip : {0x01, 0x20, 0x80, 0xff}) {
            std::string broken = good;
            broken[i] = static_cast<char>(broken[i] ^ flip);
            const auto checked = check_calendar(SafeKind::ics, broken);
            if (!checked) CHECK(checked.error().words().find("at offset") != std::string::npos);
        }
    }
}
