#include "sanitizer/sandboxed/pipeline.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "policy/findings.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/mail/worker_life.hpp"
#include "written_mails.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;
using namespace std::string_literals;

TEST_CASE("a plain mail is one text, and its worker may live on") {
    const Extract extract = read(crlf(head + "Content-Type: text/plain; charset=utf-8\n\nこんにちは\n"));
    CHECK(paths(extract) == Paths{"1"});
    const PartRow& body = row(extract, "1");
    CHECK(body.verdict == PartVerdict::text);
    CHECK(body.method == Method::text_body);
    CHECK(body.handler == "text");
    CHECK(body.charset == "UTF-8");
    CHECK(body.sha256 == sha256_hex(crlf("こんにちは\n")));
    CHECK(body.facts.bytes == 17);
    REQUIRE(extract.texts.size() == 1);
    CHECK(extract.texts[0].role == TextRole::body);
    CHECK(extract.texts[0].path == "1");
    CHECK(extract.texts[0].text.str() == "こんにちは\n");
    CHECK(extract.header.subject.str() == "test");
    CHECK(extract.header.from.at(0).name.str() == "山田");
    for (const Reason finding : extract.findings) CHECK(weight(finding) == Weight::note);
    CHECK(may_live_on(extract));
}

TEST_CASE("AC-224 a named file of no bytes is named, one without a name is nothing") {
    const std::string name = GENERATE("見積書.xlsx", "a.pdf", "a.txt", "a.html");
    CAPTURE(name);
    const Extract extract =
        read(crlf(head + multipart("mixed", {text_part("x\n"), file_part("application/octet-stream", name, "")})));
    CHECK(row(extract, "2").verdict == PartVerdict::removed);
    CHECK(row(extract, "2").reason == Reason::empty_file);
    CHECK(weight(Reason::empty_file) == Weight::lossy);
    const Extract nameless = read(crlf(head + multipart("mixed", {text_part("x\n"), text_part("")})));
    CHECK(row(nameless, "2").verdict == PartVerdict::text);
}

TEST_CASE("AC-219 an HTML file or body that leaves no text is said, and what was script is lossy") {
    const std::string script = "<html><script>alert(1)</script></html>\n";
    const Extract file =
        read(crlf(head + multipart("mixed", {text_part("x\n"), file_part("text/html", "請求書.htm", script)})));
    CHECK(row(file, "2").verdict == PartVerdict::removed);
    CHECK(row(file, "2").reason == Reason::no_visible_text);
    const Extract blank_file = read(crlf(
        head + multipart("mixed", {text_part("x\n"), file_part("text/html", "a.html", "<html><p>&nbsp;</html>\n")})));
    CHECK(row(blank_file, "2").reason == Reason::no_visible_text);
    const auto says_why = [](const std::string& html) {
        return contains(row(read(crlf(head + html_part(html))), "1").notes, Reason::no_visible_text);
    };
    CHECK(says_why(script));
    CHECK(says_why("<html><body><img src=\"https://e.example/a.png\" width=600 height=400></body></html>\n"));
    CHECK(says_why("<html><body><iframe src=\"https://e.example/\"></iframe></body></html>\n"));
    CHECK_FALSE(says_why("<html><body><p>&nbsp;</p><br></body></html>\n"));  // what mailers write below an attachment
    CHECK_FALSE(says_why("<html><body>text<script>x</script></body></html>\n"));
}

TEST_CASE("a text of which all had to be removed says why it is blank, a blank one does not") {
    const auto says_why = [](const std::string& text) {
        return contains(row(read(crlf(head + text_part(text))), "1").notes, Reason::no_visible_text);
    };
    CHECK(says_why("\xe2\x80\x8b\xe2\x80\x8b\n"));
    CHECK(says_why("\xc2\xad\xc2\xad\n"));
    CHECK_FALSE(says_why("\n\n"));
    CHECK_FALSE(says_why(""));
    CHECK_FALSE(says_why("words\xe2\x80\x8b\n"));
}

TEST_CASE("the positive list: every attachment that nobody rebuilds is in quarantine, the text crosses") {
    struct Row {
        std::string type, name, bytes;
        Reason reason;
    };
    const auto one = GENERATE(values<Row>({
        {"application/pdf", "a.pdf", "%PDF-1.4\n1 0 obj\n<<>>\nendobj\n", Reason::not_rebuilt},
        {"image/png", "a.png", "\x89PNG\r\n\x1a\n", Reason::not_rebuilt},
        {"text/plain", "a.txt.js", "var a;", Reason::dangerous_name},  // AC-099
        {"image/png", "evil.html", "<html><script>x</script>words",
         Reason::none},  // AC-100: content decides, text alone crosses
        {"application/octet-stream", "a.jpg", "#!/bin/sh\nx", Reason::executable},  // AC-225
        {"application/pdf", "a.pdf", "only text", Reason::name_lies},               // AC-225
        {"application/pkcs7-mime; smime-type=enveloped-data", "smime.p7m", "MIIB", Reason::encrypted},
        {"application/pkcs7-mime; smime-type=signed-data", "smime.p7m",
         "\x30\x80\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x02\xa0\x80\x30\x80\x02\x01\x01", Reason::signed_container},
        {"application/x-unknown", "a.xyz", "\x01\x02\x03\x04\x05", Reason::not_rebuilt},
        {"message/partial; id=a; number=1; total=2", "", "x", Reason::message_partial},      // AC-067
        {"message/external-body; access-type=URL", "", "x", Reason::message_external_body},  // AC-068
    }));
    INFO(one.name);
    const Extract extract =
        read(crlf(head + multipart("mixed", {text_part("本文\n"), file_part(one.type, one.name, one.bytes)})));
    CHECK(all_text(extract).find("本文\n") == 0);
    CHECK(row(extract, "2").reason == one.reason);
    CHECK(row(extract, "2").verdict == (one.reason == Reason::none ? PartVerdict::text : PartVerdict::quarantined));
    CHECK(extract.files.empty());
    if (one.reason != Reason::none) CHECK_FALSE(may_live_on(extract));
}

TEST_CASE("AC-098 AC-086 a name in full width or turned around cannot hide its extension") {
    const auto [encoded, reason] = GENERATE(table<std::string, Reason>({
        {"=?UTF-8?B?6KuL5rGC5pu477yO772F772Y772F?=", Reason::dangerous_name},  // 請求書．ｅｘｅ
        {"=?UTF-8?B?6KuL5rGC5pu44oCuZmRwLmV4ZQ==?=", Reason::dangerous_name},  // 請求書<RLO>fdp.exe
    }));
    const Extract extract = read(crlf(
        head + multipart("mixed", {text_part("x\n"), file_part("application/octet-stream", encoded, "text only")})));
    CHECK(row(extract, "2").reason == reason);
    CHECK(is_plain(row(extract, "2").facts.name, TextRule::line));
}

TEST_CASE("AC-075 winmail.dat is quarantined whole, whatever it is called") {
    const std::string tnef = "\x78\x9f\x3e\x22\1\0\1\0\0\0\0"s;
    const auto [type, name] = GENERATE(table<std::string, std::string>(
        {{"application/ms-tnef", "winmail.dat"}, {"application/octet-stream", "letter.bin"}}));
    std::string mail = crlf(head + multipart("mixed", {text_part("x\n"), file_part(type, name, "@")}));
    mail.replace(mail.find('@', mail.find("filename")), 1, tnef);
    const Extract with_tnef = read(mail);
    CHECK(row(with_tnef, "2").facts.kind == PartKind::tnef);
    CHECK(row(with_tnef, "2").verdict == PartVerdict::quarantined);
    CHECK(with_tnef.files.empty());
}

TEST_CASE("AC-100 a picture by its label and a page by its name: the content decides") {
    const Extract extract =
        read(crlf(head + multipart("mixed", {text_part("x\n"),
                                             file_part("image/png", "evil.html",
                                                       "<html><script>alert(1)</script><p>words</p></html>")})));
    CHECK(row(extract, "2").facts.kind != PartKind::image);
    CHECK(row(extract, "2").facts.declared_type == "image/png");
    CHECK(all_text(extract).find("alert") == std::string::npos);
    CHECK(extract.files.empty());
}

TEST_CASE("a named text waits for a codec, and no text is made of it") {
    for (const char* const name : {"list.csv", "a.txt", "a.xml", "settings.ini", "a.json"}) {
        const Extract extract =
            read(crlf(head + multipart("mixed", {text_part("本文\n"), file_part("text/plain", name, "本文\n"),
                                                 text_part("末尾\n")})));
        REQUIRE(extract.texts.size() == 2);
        CHECK(row(extract, "2").verdict == PartVerdict::quarantined);
        CHECK(row(extract, "2").reason == Reason::not_rebuilt);
        CHECK(row(extract, "2").handler == "text");
        CHECK(row(extract, "2").facts.is_attachment);
        CHECK(row(extract, "3").verdict == PartVerdict::text);
        for (const Reason finding : extract.findings) CHECK(weight(finding) == Weight::note);
    }
}

TEST_CASE("a text file costs nothing of the purse for texts") {
    Job job;
    job.budget.text_bytes_max = 0;
    const Extract extract = read(crlf(head + multipart("mixed", {file_part("text/csv", "a.csv", "1,2\n")})), job);
    CHECK(row(extract, "1").reason == Reason::not_rebuilt);
}

TEST_CASE("where the profile says so, a text file is shown under its name, by method ウ-1") {
    Job job;
    job.profile.text_files = TextFiles::body;
    const Extract extract = read(
        crlf(head + multipart("mixed", {text_part("本文\n"), file_part("text/csv", "list.csv", "=1+1,a\n")})), job);
    REQUIRE(extract.texts.size() == 2);
    CHECK(extract.texts[1].role == TextRole::attached);
    CHECK(extract.texts[1].title.str() == "list.csv");
    CHECK(extract.texts[1].text.str() == "=1+1,a\n");
    CHECK(row(extract, "2").method == Method::text_file);
    CHECK(row(extract, "2").facts.is_attachment);
    CHECK_FALSE(row(extract, "1").facts.is_attachment);
    CHECK(may_live_on(extract));
}

TEST_CASE("AC-224 empty parts are handled") {
    const Extract extract =
        read(crlf(head + multipart("mixed", {text_part(""), file_part("application/pdf", "a.pdf", "")})));
    CHECK(extract.parts.size() == 2);
    CHECK(contains(row(extract, "1").notes, Reason::empty_part));
    CHECK(row(extract, "2").facts.bytes == 0);
    CHECK(extract.files.empty());
}

TEST_CASE("AC-073 the text of a mail that is base64 as a whole is shown") {
    const Extract extract =
        read(crlf(head + "Content-Type: text/plain; charset=utf-8\nContent-Transfer-Encoding: base64\n\n"
                         "44GT44KT44Gr44Gh44Gv\n"));
    CHECK(all_text(extract) == "こんにちは");
}

TEST_CASE("AC-066 an attached mail is shown quoted under its summary, one level deeper each time") {
    const std::string inner =
        "From: c@example.jp\nSubject: inner\nDate: Wed, 1 Apr 2026 09:00:00 +0900\n" +
        multipart("mixed", {text_part("奥の本文\n"), file_part("application/pdf", "x.pdf", "%PDF-1.4 obj")}, "b2");
    const std::string middle =
        "From: d@example.jp\nSubject: middle\n" + multipart("mixed", {text_part("中の本文\n"), mail_part(inner)}, "b1");
    const Extract extract = read(crlf(head + multipart("mixed", {text_part("外の本文\n"), mail_part(middle)})));
    CHECK(paths(extract) == Paths{"1", "2", "2/1", "2/2", "2/2/1", "2/2/2"});
    CHECK(row(extract, "2").facts.kind == PartKind::mail);
    CHECK(row(extract, "2").verdict == PartVerdict::text);
    CHECK(row(extract, "2").handler == "attached_mail");
    CHECK(row(extract, "2/2/2").reason == Reason::not_rebuilt);
    REQUIRE(extract.texts.size() == 5);
    const TextBlock& heading = extract.texts[3];
    CHECK(heading.path == "2/2");
    CHECK(heading.role == TextRole::quoted);
    CHECK(heading.quote_depth == 2);
    CHECK(heading.text.empty());
    REQUIRE(heading.summary.size() == 3);
    CHECK(heading.summary[0].first == "From");
    CHECK(heading.summary[0].second.str() == "c@example.jp");
    CHECK(heading.summary[1].second.str() == "inner");
    CHECK(heading.summary[2].second.str() == "2026-04-01 09:00 (JST)");
    CHECK(extract.texts[4].text.str() == "奥の本文\n");
    CHECK(extract.texts[4].quote_depth == 2);
    CHECK(row(extract, "2/2/1").method == Method::text_file);
    CHECK_FALSE(may_live_on(extract));
}

TEST_CASE("AC-066 an attached mail in base64 is read too") {
    const std::string part =
        "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n"
        "RnJvbTogY0BleGFtcGxlLmpwDQpTdWJqZWN0OiB4DQoNCmhpZGRlbg0K\n";
    const Extract extract = read(crlf(head + multipart("mixed", {text_part("x\n"), part})));
    CHECK(all_text(extract).find("hidden") != std::string::npos);
    CHECK(row(extract, "2/1").verdict == PartVerdict::text);
}

TEST_CASE("AC-066 AC-070 mails in mails end at the limit, without recursion, and are held") {
    std::string mail = head + "\ninnermost\n";
    for (int i = 0; i < 200; ++i) mail = head + "Content-Type: message/rfc822\n\n" + mail;
    const Extract extract = read(crlf(mail));
    CHECK(contains(extract.findings, Reason::too_deep));
    CHECK(extract.parts.size() <= BudgetLimits().depth_max + 1);
    CHECK(extract.parts.back().verdict == PartVerdict::quarantined);
    CHECK(all_text(extract).find("innermost") == std::string::npos);
}

TEST_CASE("AC-070 parts are counted over all attached mails together") {
    Job job;
    job.budget.parts_max = 5;
    const std::string three =
        "Subject: x\n" + multipart("mixed", {text_part("a"), text_part("b"), text_part("c")}, "b1");
    const Extract extract = read(crlf(head + multipart("mixed", {mail_part(three), mail_part(three)})), job);
    CHECK(contains(extract.findings, Reason::too_many_parts));
    CHECK(extract.parts.size() == 5);
}

TEST_CASE("AC-147 decoded bytes are counted over all parts together, and what does not fit is kept back") {
    Job job;
    job.budget.decoded_bytes_max = 150;
    const std::string hundred(100, 'a');
    const Extract extract = read(crlf(head + multipart("mixed", {text_part(hundred), text_part(hundred)})), job);
    CHECK(row(extract, "1").verdict == PartVerdict::text);
    CHECK(row(extract, "2").reason == Reason::too_much_decoded);
    CHECK(row(extract, "2").sha256.empty());
    CHECK(contains(extract.findings, Reason::too_much_decoded));
    CHECK_FALSE(may_live_on(extract));
}

TEST_CASE("AC-132 text past the limit is cut between characters, and said") {
    Job job;
    job.budget.text_bytes_max = 18;  // a text takes an empty line before it and a line end behind it
    const Extract extract = read(crlf(head + multipart("mixed", {text_part("あいう"), text_part("えお")})), job);
    CHECK(all_text(extract) == "あいうえ");
    CHECK(contains(row(extract, "2").notes, Reason::text_too_long));
    CHECK(row(extract, "2").verdict == PartVerdict::text);
}

TEST_CASE("AC-074 a uuencoded file in a body is a part of its own, and no begin line is left") {
    const Extract extract =
        read(crlf(head + "Content-Type: text/plain\n\n本文\nbegin 644 a.txt\n#0V%T\n`\nend\n後文\n"));
    CHECK(paths(extract) == Paths{"1", "1/1"});
    CHECK(row(extract, "1/1").reason == Reason::uuencoded_file);
    CHECK(row(extract, "1/1").verdict == PartVerdict::quarantined);
    CHECK(row(extract, "1/1").facts.name == "a.txt");
    CHECK(row(extract, "1/1").sha256 == sha256_hex("Cat"));
    CHECK(all_text(extract).find("begin") == std::string::npos);
    CHECK(all_text(extract).find("後文") != std::string::npos);
    CHECK_FALSE(may_live_on(extract));
}

TEST_CASE("AC-074 yEnc in a body is cut out although it is binary") {
    const Extract extract =
        read(crlf(head + "Content-Type: text/plain\n\nbefore\n=ybegin line=128 size=4 name=a.exe\n") +
             "\x01\x02\x03\x7f\r\n" + crlf("=yend size=4\nafter\n"));
    CHECK(all_text(extract) == "before\nafter\n");
    CHECK(row(extract, "1/1").verdict == PartVerdict::quarantined);
    CHECK(row(extract, "1/1").reason == Reason::dangerous_name);
}

TEST_CASE("AC-226 AC-230 of a signed mail the text crosses, the signature is dropped and said") {
    const std::string signature =
        "Content-Type: application/pgp-signature; name=\"signature.asc\"\n\n"
        "-----BEGIN PGP SIGNATURE-----\n\niQ==\n-----END PGP SIGNATURE-----\n";
    const Extract extract = read(
        crlf(head + multipart("signed; protocol=\"application/pgp-signature\"", {text_part("署名付き\n"), signature})));
    CHECK(all_text(extract) == "署名付き\n");
    CHECK(row(extract, "2").verdict == PartVerdict::removed);
    CHECK(row(extract, "2").reason == Reason::signature_dropped);
}

TEST_CASE("AC-227 AC-229 of an encrypted mail nothing crosses but the header") {
    const std::string control = "Content-Type: application/pgp-encrypted\n\nVersion: 1\n";
    const std::string message = "Content-Type: application/octet-stream\n\n-----BEGIN PGP MESSAGE-----\n\nhQ==\n";
    const Extract extract =
        read(crlf(head + multipart("encrypted; protocol=\"application/pgp-encrypted\"", {control, message})));
    CHECK(extract.texts.empty());
    CHECK(row(extract, "1").reason == Reason::encrypted);
    CHECK(row(extract, "2").reason == Reason::encrypted);
}

TEST_CASE("AC-228 EFAIL: an HTML part with an open attribute cannot swallow the next part") {
    const Extract extract = read(crlf(head + multipart("mixed", {html_part("<img src=\"http://evil.example/"),
                                                                 text_part("secret\n"), html_part("\">")})));
    CHECK(all_text(extract).find("evil.example") == std::string::npos);
    CHECK(all_text(extract).find("secret") != std::string::npos);
}

TEST_CASE("a delivery report becomes text under its own heading") {
    const std::string status =
        "Content-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\nAction: failed\n";
    const std::string headers = "Content-Type: text/rfc822-headers\n\nSubject: original\n";
    const Extract extract =
        read(crlf(head + multipart("report; report-type=delivery-status", {text_part("failed\n"), status, headers})));
    REQUIRE(extract.texts.size() == 3);
    CHECK(extract.texts[1].role == TextRole::attached);
    CHECK(contains(row(extract, "2").notes, Reason::delivery_report));
}

TEST_CASE("AC-040 more hops than fifty are found") {
    std::string hops;
    for (int i = 0; i < 51; ++i) hops += "Received: from a by b; Wed, 1 Apr 2026 09:00:00 +0900\n";
    CHECK(contains(read(crlf(hops + head + "\nx\n")).findings, Reason::too_many_hops));
    CHECK_FALSE(contains(read(crlf(head + "\nx\n")).findings, Reason::too_many_hops));
}

TEST_CASE("AC-045 an ambiguity anywhere, also in an attached mail, is a finding about the whole mail") {
    const std::string odd = "Subject: x\nContent-Type: multipart/mixed; boundary=a; boundary=b\n\n--a\n\nx\n--a--\n";
    const Extract direct = read(crlf(head + odd));
    const Extract nested = read(crlf(head + multipart("mixed", {text_part("x\n"), mail_part(odd)})));
    for (const Extract* extract : {&direct, &nested}) {
        CHECK(any_ambiguous(extract->findings));
        CHECK_FALSE(may_live_on(*extract));
    }
}

TEST_CASE("what the profile says about a kind is done") {
    struct Row {
        PartAction action;
        PartVerdict verdict;
        Reason reason;
        bool refused;
    };
    const auto one = GENERATE(values<Row>({
        {PartAction::remove, PartVerdict::removed, Reason::policy_remove, false},
        {PartAction::quarantine, PartVerdict::quarantined, Reason::policy_quarantine, false},
        {PartAction::hold, PartVerdict::quarantined, Reason::policy_hold, false},
        {PartAction::refuse, PartVerdict::quarantined, Reason::policy_refuse, true},
        {PartAction::rebuild, PartVerdict::quarantined, Reason::not_rebuilt, false},  // no handler can
        {PartAction::image_pdf, PartVerdict::quarantined, Reason::not_rebuilt, false},
        {PartAction::unpack, PartVerdict::quarantined, Reason::not_rebuilt, false},
    }));
    const PartKind kind = GENERATE(PartKind::html, PartKind::calendar);
    if (kind == PartKind::calendar && one.action == PartAction::rebuild) return;  // below
    Job job;
    job.profile.actions.at(static_cast<std::size_t>(kind)) = one.action;
    const std::string part =
        kind == PartKind::html ? html_part("<p>x</p>") : "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nSUMMARY:x\n";
    const Extract extract = read(crlf(head + multipart("mixed", {text_part("x\n"), part})), job);
    INFO(to_string(one.action) << " " << to_string(kind));
    CHECK(row(extract, "2").verdict == one.verdict);
    CHECK(row(extract, "2").reason == one.reason);
    CHECK(contains(extract.findings, Reason::policy_refuse) == one.refused);
    CHECK(extract.texts.size() == 1);
}

TEST_CASE("a rule about files decides before the profile does, and about no body") {
    Job job;
    PartRule hold, refuse;
    hold.names = {"*.ics"};
    hold.action = PartAction::hold;
    refuse.kinds = static_cast<std::uint16_t>(1u << static_cast<unsigned>(PartKind::text));
    refuse.action = PartAction::refuse;
    job.profile.rules = {hold, refuse};
    const auto read_with = [&](const std::string& file) {
        return read(crlf(head + multipart("mixed", {text_part("x\n"), file})), job);
    };
    const std::string calendar = "BEGIN:VCALENDAR\nSUMMARY:x\n";
    CHECK(row(read_with(file_part("text/calendar", "a.ics", calendar)), "2").reason == Reason::policy_hold);
    CHECK(row(read_with(file_part("text/calendar", "a.cal", calendar)), "2").verdict == PartVerdict::text);
    const Extract refused = read_with(file_part("text/plain", "a.txt", "x"));
    CHECK(row(refused, "1").verdict == PartVerdict::text);
    CHECK(row(refused, "2").reason == Reason::policy_refuse);
}

TEST_CASE("AC-218 a calendar of which a file is made is shown as text too") {
    Job job;
    job.profile.actions.at(static_cast<std::size_t>(PartKind::calendar)) = PartAction::rebuild;
    const std::string part = "Content-Type: text/calendar\n\nBEGIN:VCALENDAR\nSUMMARY:x\n";
    const Extract extract = read(crlf(head + multipart("mixed", {text_part("x\n"), part})), job);
    CHECK(row(extract, "2").verdict == PartVerdict::text);
    CHECK(extract.texts.size() == 2);
    CHECK(extract.files.empty());
}

TEST_CASE("a picture that belongs to a page is known from one that was attached") {
    const std::string gif = "GIF89a\x01\x00\x01\x00"s;
    const std::string logo = "Content-Type: image/gif; name=\"image001.gif\"\nContent-ID: <a@b>\n\n" + gif;
    const Extract extract = read(crlf(
        head + multipart("mixed", {multipart("related", {html_part("<p>本文</p><img src=\"cid:a@b\">\n"), logo}, "b1"),
                                   file_part("image/gif", "photo.gif", gif)})));
    CHECK(contains(row(extract, "1.2").notes, Reason::inline_picture));
    CHECK_FALSE(contains(row(extract, "2").notes, Reason::inline_picture));
    CHECK(row(extract, "1.2").reason == Reason::not_rebuilt);
}

TEST_CASE("AC-076 bytes that are no mail at all still give a row, and never throw") {
    const std::string bytes =
        GENERATE(""s, "\r\n"s, "\r\n\r\n"s, "no header at all"s, "\0\0\0"s, "Content-Type: multipart/mixed"s,
                 "From a@b Wed Apr  1\r\nSubject: x\r\n\r\nbody\r\n"s);
    const Extract extract = read(bytes);
    CHECK(!extract.parts.empty());
}
