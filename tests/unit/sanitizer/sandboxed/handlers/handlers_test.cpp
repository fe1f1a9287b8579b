#include "sanitizer/sandboxed/handlers/handlers.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <utility>

#include "policy/findings.hpp"
#include "sanitizer/sandboxed/budget.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace std::string_literals;

namespace {

Part part_of(PartKind kind, std::string bytes, std::string charset = "utf-8") {
    Part part;
    part.facts.path = "1"s;
    part.facts.kind = kind;
    part.facts.bytes = bytes.size();
    part.charset_label = std::move(charset);
    part.untrusted_bytes = std::move(bytes);
    return part;
}

PartOutcome outcome_of(const PartHandler& handler, Part part) {
    Budget budget{BudgetLimits()};
    REQUIRE(handler.accepts(part.facts));
    auto outcome = handler.handle(std::move(part), budget);
    REQUIRE(outcome.has_value());
    return std::move(*outcome);
}

TextMade text_of(const PartHandler& handler, Part part) {
    return std::get<TextMade>(outcome_of(handler, std::move(part)));
}

}  // namespace

TEST_CASE("every kind finds a handler, and the last one takes all") {
    const auto handlers = make_handlers(Profile(), "Asia/Tokyo");
    for (std::uint32_t i = 0; i < part_kind_count; ++i) {
        PartFacts facts;
        facts.kind = static_cast<PartKind>(i);
        CHECK(handlers.back()->accepts(facts));
    }
    CHECK(handlers.back()->name() == "quarantine_rest");
}

TEST_CASE("the positive list: kinds that nobody rebuilds are taken by nobody but the last handler") {
    const auto handlers = make_handlers(Profile(), "Asia/Tokyo");
    for (const PartKind kind : {PartKind::pdf, PartKind::office, PartKind::image, PartKind::archive, PartKind::tnef,
                                PartKind::encrypted, PartKind::executable, PartKind::partial, PartKind::other}) {
        PartFacts facts;
        facts.kind = kind;
        for (const auto& handler : handlers) {
            INFO(to_string(kind) << " " << handler->name());
            CHECK(handler->accepts(facts) == (handler == handlers.back()));
        }
    }
}

TEST_CASE("AC-121 AC-122 a text is decoded, cleaned and its charset named") {
    const auto handler = make_text_handler();
    const TextMade jis = text_of(*handler, part_of(PartKind::text, "\x1b$B-!\x1b(B\r\n", "iso-2022-jp"));
    CHECK(jis.text.str() == "①\n");
    CHECK(jis.undecodable == 0);
    const TextMade sjis = text_of(*handler, part_of(PartKind::text, "\x82\xb1\x82\xf1\x82\xc9\x82\xbf\x82\xcd", ""));
    CHECK(sjis.text.str() == "こんにちは");
    const TextMade bell = text_of(*handler, part_of(PartKind::text, "a\ab\x1b[31mc"));  // AC-131
    CHECK(bell.text.str().find('\a') == std::string::npos);
    CHECK(bell.text.str().find('\x1b') == std::string::npos);
    CHECK(contains(bell.notes, Reason::controls_removed));
}

TEST_CASE("AC-129 format=flowed is joined") {
    Part part = part_of(PartKind::text, "one \r\ntwo\r\n");
    part.format_flowed = true;
    CHECK(text_of(*make_text_handler(), part).text.str() == "one two\n");
}

TEST_CASE("AC-224 an empty text is said to be empty") {
    CHECK(contains(text_of(*make_text_handler(), part_of(PartKind::text, "")).notes, Reason::empty_part));
}

TEST_CASE("AC-229 AC-231 PGP blocks in a text are marked") {
    const auto handler = make_text_handler();
    const auto notes = [&](const std::string& text) { return text_of(*handler, part_of(PartKind::text, text)).notes; };
    CHECK(contains(notes("reply\n-----BEGIN PGP MESSAGE-----\nhQ==\n"), Reason::encrypted));
    CHECK(contains(notes("-----BEGIN PGP SIGNED MESSAGE-----\nx\n"), Reason::signature_dropped));
    CHECK(notes("nothing of that kind").empty());
}

TEST_CASE("AC-132 a text of more than the budget is cut before it is decoded") {
    const BudgetLimits limits;
    const TextMade made =
        text_of(*make_text_handler(), part_of(PartKind::text, std::string(2 * limits.text_bytes_max + 1, 'a')));
    CHECK(contains(made.notes, Reason::text_too_long));
    CHECK(made.text.str().size() == 2 * limits.text_bytes_max);

    // Between lines, so that no character is cut in two and counted as undecodable.
    std::string lines;
    while (lines.size() <= 2 * limits.text_bytes_max) lines += "あいうえおかきくけこ\n";
    const TextMade cut = text_of(*make_text_handler(), part_of(PartKind::text, lines));
    CHECK(contains(cut.notes, Reason::text_too_long));
    CHECK(cut.undecodable == 0);
}

TEST_CASE("AC-134 AC-136 HTML becomes its words") {
    const auto handler = make_html_handler(LinkStyle::defang);
    const TextMade made = text_of(
        *handler,
        part_of(PartKind::html, "<html><head><script>alert(1)</script></head><body><p>こんにちは</p></body></html>"));
    CHECK(made.text.str().find("こんにちは") != std::string::npos);
    CHECK(made.text.str().find("alert") == std::string::npos);
    CHECK(made.text.str().find('<') == std::string::npos);
    CHECK(contains(made.notes, Reason::html_to_text));
    CHECK(made.words.find("こんにちは") != std::string::npos);
}

TEST_CASE("the charset named in the HTML itself is used when the mail names none") {
    const std::string html = "<meta charset=\"Shift_JIS\"><p>\x83\x65\x83\x58\x83\x67</p>";
    CHECK(text_of(*make_html_handler(LinkStyle::drop), part_of(PartKind::html, html, "")).text.str().find("テスト") !=
          std::string::npos);
}

TEST_CASE("AC-217 HTML smuggling leaves nothing but words") {
    const std::string html =
        "<html><body>見積書<script>var b=new Blob([atob('TVqQAAMAAAAEAAAA')]);saveAs(b,'a.exe')</script>"
        "<a href=\"data:application/octet-stream;base64,TVqQAAMAAAAEAAAA\" download=\"a.exe\">開く</a></body></html>";
    const std::string text = text_of(*make_html_handler(LinkStyle::plain), part_of(PartKind::html, html)).text.str();
    CHECK(text.find("見積書") != std::string::npos);
    CHECK(text.find("TVqQAAMAAAAEAAAA") == std::string::npos);
    CHECK(text.find("Blob") == std::string::npos);
}

TEST_CASE("AC-218 a calendar becomes a readable summary without alarms, attachments and links to act on") {
    const std::string ics =
        "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VTIMEZONE\r\nTZID:Asia/Tokyo\r\nCOMMENT:zone\r\nEND:VTIMEZONE\r\n"
        "BEGIN:VEVENT\r\nSUMMARY:定例会\\, "
        "第三回\r\nDTSTART;TZID=Asia/Tokyo:20260401T100000\r\nDTEND:20260401T020000Z\r\n"
        "DESCRIPTION:資料を\r\n  "
        "持参\\n以上\r\nATTACH:http://evil.example/x.exe\r\nORGANIZER;CN=\"山田:太郎\":mailto:y@example.jp\r\n"
        "BEGIN:VALARM\r\nACTION:PROCEDURE\r\nDESCRIPTION:run\r\nATTACH:file://evil/x\r\nEND:VALARM\r\n"
        "END:VEVENT\r\nEND:VCALENDAR\r\n";
    const std::string text = text_of(*make_calendar_handler("Asia/Tokyo"), part_of(PartKind::calendar, ics)).text.str();
    CHECK(text.find("件名 (SUMMARY): 定例会, 第三回\n") != std::string::npos);
    CHECK(text.find("開始 (DTSTART): 2026-04-01 10:00 (JST)\n") != std::string::npos);
    CHECK(text.find("終了 (DTEND): 2026-04-01 11:00 (JST)\n") != std::string::npos);
    CHECK(text.find("説明 (DESCRIPTION): 資料を 持参\n  以上\n") != std::string::npos);
    CHECK(text.find("主催者 (ORGANIZER): 山田:太郎 <y@example.jp>\n") != std::string::npos);
    for (const std::string gone : {"evil", "PROCEDURE", "run", "zone"}) CHECK(text.find(gone) == std::string::npos);
}

TEST_CASE("AC-218 a vCard of a mobile phone, quoted-printable in Shift_JIS, can be read") {
    const std::string vcf =
        "BEGIN:VCARD\r\nVERSION:2.1\r\nN;CHARSET=SHIFT_JIS;ENCODING=QUOTED-PRINTABLE:=8E=52=\r\n=93=63;=91=BE=98=59\r\n"
        "TEL;CELL:090-0000-0000\r\nPHOTO;ENCODING=BASE64:TVqQAAMAAAAEAAAA\r\nEND:VCARD\r\n";
    const std::string text =
        text_of(*make_calendar_handler("Asia/Tokyo"), part_of(PartKind::calendar, vcf, "")).text.str();
    CHECK(text.find("姓名 (N): 山田 太郎\n") != std::string::npos);
    CHECK(text.find("電話 (TEL): 090-0000-0000\n") != std::string::npos);
    CHECK(text.find("TVqQ") == std::string::npos);
}

TEST_CASE("a calendar that says nothing we know is kept back") {
    const auto outcome =
        outcome_of(*make_calendar_handler("Asia/Tokyo"), part_of(PartKind::calendar, "BEGIN:VCALENDAR\r\nX-A:b\r\n"));
    CHECK(std::get<Quarantined>(outcome).why == Reason::not_rebuilt);
}

TEST_CASE("a report becomes text, with encoded words of returned headers decoded and kept on their line") {
    const auto handler = make_report_handler();
    const TextMade made = text_of(
        *handler,
        part_of(PartKind::report, "Action: failed\r\nSubject: =?UTF-8?B?5Lya6K2w?=\r\nX: =?utf-8?Q?a=0ATo:_b?=\r\n"));
    CHECK(made.text.str().find("Action: failed\n") != std::string::npos);
    CHECK(made.text.str().find("Subject: 会議\n") != std::string::npos);
    CHECK(made.text.str().find("\nTo:") == std::string::npos);  // AC-109
    CHECK(contains(made.notes, Reason::delivery_report));
}

TEST_CASE(
    "AC-226 a signature that comes as a file with a name, and not as the signature of its mail, is kept as a file") {
    struct Row {
        std::string declared_type, name;
        bool is_kept;
    };
    for (const Row& row : std::vector<Row>{
             {"application/pkcs7-signature", "smime.p7s", false},
             {"application/pgp-signature", "signature.asc", false},
             {"application/pgp-keys", "key.asc", false},
             {"application/octet-stream", "契約書.pdf", true},
             {"application/pkcs7-mime", "contract.p7m", true},
             {"application/octet-stream", "", false},
         }) {
        CAPTURE(row.name);
        Part part = part_of(PartKind::signature, "x");
        part.facts.declared_type = row.declared_type;
        part.facts.name = row.name;
        const PartOutcome outcome = outcome_of(*make_signature_handler(), part);
        const auto* kept = std::get_if<Quarantined>(&outcome);
        REQUIRE((kept != nullptr) == row.is_kept);
        if (row.is_kept) CHECK(kept->why == Reason::not_rebuilt);
    }
}

TEST_CASE("AC-226 AC-230 a signature is dropped and said, an attached mail goes round again") {
    CHECK(std::get<Removed>(outcome_of(*make_signature_handler(), part_of(PartKind::signature, "x"))).why ==
          Reason::signature_dropped);
    const std::string mail = "A: b\r\n\r\n" + std::string(1000, 'c');
    Part part = part_of(PartKind::mail, mail);
    const char* const bytes = part.untrusted_bytes.data();
    const auto nested = std::get<Nested>(outcome_of(*make_attached_mail_handler(), std::move(part)));
    CHECK(nested.untrusted_mail == mail);
    CHECK(static_cast<const void*>(nested.untrusted_mail.data()) == bytes);  // a mail of 50 MB is not copied
}

TEST_CASE("what cannot be rebuilt is kept back for the most telling reason") {
    const auto handler = make_quarantine_rest_handler();
    const auto why = [&](PartKind kind, const std::string& declared, std::vector<Reason> notes) {
        Part part = part_of(kind, "x");
        part.facts.declared_type = declared;
        part.notes = std::move(notes);
        return std::get<Quarantined>(outcome_of(*handler, part)).why;
    };
    CHECK(why(PartKind::executable, "", {}) == Reason::executable);
    CHECK(why(PartKind::executable, "", {Reason::dangerous_name}) == Reason::dangerous_name);
    CHECK(why(PartKind::encrypted, "", {}) == Reason::encrypted);
    CHECK(why(PartKind::partial, "message/partial", {}) == Reason::message_partial);
    CHECK(why(PartKind::partial, "message/external-body", {}) == Reason::message_external_body);
    CHECK(why(PartKind::pdf, "", {}) == Reason::not_rebuilt);
    CHECK(why(PartKind::other, "", {Reason::name_lies}) == Reason::name_lies);
}
