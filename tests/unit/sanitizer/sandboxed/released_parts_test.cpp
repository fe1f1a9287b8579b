// What a person orders to cross, and what does not cross for any order.
#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "policy/findings.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/sandboxed/pipeline.hpp"
#include "written_mails.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;
using namespace mugaika::sandboxed::test;
using namespace std::string_literals;

TEST_CASE("a released file crosses with its own bytes, and nothing else does") {
    Job job;
    job.profile.release_originals = true;
    job.released_parts = {"2"};
    const std::string pdf = "%PDF-1.4\r\n1 0 obj\r\n";
    const std::string mail =
        crlf(head + multipart("mixed", {text_part("x\n"), file_part("application/pdf", "a.pdf", "%PDF-1.4\n1 0 obj\n"),
                                        file_part("application/pdf", "b.pdf", "%PDF-1.4\n2 0 obj\n")}));
    const Extract extract = read(mail, job);
    REQUIRE(extract.files.size() == 1);
    CHECK(extract.files[0].path == "2");
    CHECK(extract.files[0].name.str() == "a.pdf");
    CHECK(extract.files[0].type == "application/pdf");  // its own, not octet-stream
    CHECK(extract.files[0].bytes == pdf);
    const PartRow& released = row(extract, "2");
    CHECK(released.verdict == PartVerdict::rebuilt);
    CHECK(released.method == Method::looked_at);
    CHECK(released.reason == Reason::released_by_person);
    CHECK(released.out_name == "a.pdf");
    CHECK(released.out_sha256 == sha256_hex(pdf));
    CHECK(row(extract, "3").verdict == PartVerdict::quarantined);

    SECTION("not where the profile forbids it") {
        job.profile.release_originals = false;
        CHECK(read(mail, job).files.empty());
    }
    SECTION("not where the profile refuses the kind by now") {
        job.profile.actions.at(static_cast<std::size_t>(PartKind::pdf)) = PartAction::refuse;
        CHECK(read(mail, job).files.empty());
        CHECK(contains(read(mail, job).findings, Reason::policy_refuse));
    }
}

TEST_CASE("a multipart whose parts cannot be told apart is no text: released, it shows no headers and no base64") {
    const std::string inside =
        "--b1\nContent-Type: application/pdf\nContent-Transfer-Encoding: base64\n\nJVBERi0xLjQK\n--b1--\n";
    const std::string type = GENERATE(as<std::string>(), "multipart/mixed; boundary=other", "multipart/mixed",
                                      "multipart/mixed; boundary=\"\"");
    const std::string encoding = GENERATE(as<std::string>(), "", "Content-Transfer-Encoding: base64\n");
    CAPTURE(type, encoding);
    const Extract extract = read(crlf(head + "Content-Type: " + type + "\n" + encoding + "\n" + inside));
    CHECK(all_text(extract).empty());
    REQUIRE(extract.parts.size() == 1);
    CHECK(extract.parts[0].verdict == PartVerdict::quarantined);
    CHECK(weight(extract.parts[0].reason) >= Weight::lossy);
    CHECK(std::any_of(extract.findings.begin(), extract.findings.end(),
                      [](Reason finding) { return weight(finding) == Weight::ambiguous; }));

    const Extract prose = read(crlf(head + "Content-Type: multipart/mixed\n\n会議のご案内です。\n"));
    CHECK(all_text(prose) == "会議のご案内です。\n");
}

TEST_CASE("AC-220 a program never crosses, a person's order or not") {
    Job job;
    job.profile.release_originals = true;
    job.released_parts = {"2", "3"};
    const Extract extract =
        read(crlf(head + multipart("mixed", {text_part("x\n"), file_part("text/plain", "a.js", "var a;"),
                                             file_part("application/pdf", "a.pdf", "MZ\x90\0\3 program"s)})),
             job);
    CHECK(extract.files.empty());
    CHECK(row(extract, "2").reason == Reason::dangerous_name);
    CHECK(row(extract, "3").reason == Reason::executable);
}

TEST_CASE("bodies, attached mails and fragments are no files that could be released") {
    Job job;
    job.profile.release_originals = true;
    job.released_parts = {"1", "2", "2/1", "3", "9"};
    const Extract extract = read(crlf(head + multipart("mixed", {text_part("x\n"), mail_part("Subject: y\n\nz\n"),
                                                                 "Content-Type: message/partial; id=a\n\nx\n"})),
                                 job);
    CHECK(extract.files.empty());
    CHECK(row(extract, "1").verdict == PartVerdict::text);
}

TEST_CASE("AC-096 a released file without a name gets one") {
    Job job;
    job.profile.release_originals = true;
    job.released_parts = {"2"};
    const Extract extract = read(
        crlf(head + multipart("mixed", {text_part("x\n"), "Content-Type: application/pdf\n\n%PDF-1.4 obj\n"})), job);
    REQUIRE(extract.files.size() == 1);
    CHECK(extract.files[0].name.str() == "attachment-2.bin");
}
