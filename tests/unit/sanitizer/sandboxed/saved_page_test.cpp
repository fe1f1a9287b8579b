// Web archives (.mht): told from mails by their header, and of one its page.
#include "sanitizer/sandboxed/saved_page.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "policy/findings.hpp"
#include "sanitizer/sandboxed/budget.hpp"
#include "sanitizer/sandboxed/handlers/handlers.hpp"
#include "sanitizer/sandboxed/types/file_type.hpp"
#include "sanitizer/sandboxed/types/web_archive_look.hpp"
#include "tests/support/corpus.hpp"

using namespace mugaika;
using namespace mugaika::sandboxed;

namespace {

const std::string page =
    "<html><head><style>p{}</style></head><body><h1>=E8=A6=8B=E5=87=BA=E3=81=97</h1></body></html>";

std::string parts(const std::string& html, const std::string& type = "text/html; charset=utf-8") {
    return "--b\r\nContent-Type: text/css\r\n\r\nbody{}\r\n--b\r\nContent-Type: " + type +
           "\r\nContent-Transfer-Encoding: quoted-printable\r\nContent-Location: https://example.jp/\r\n\r\n" + html +
           "\r\n--b\r\nContent-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n";
}

// As Chromium, Internet Explorer and Word write them.
const std::string by_chromium =
    "From: <Saved by Blink>\r\nSnapshot-Content-Location: https://example.jp/\r\nSubject: =?utf-8?B?44OG?=\r\n"
    "Date: Mon, 30 Nov 2026 10:00:00 -0000\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n"
    "\ttype=\"text/html\";\r\n\tboundary=\"b\"\r\n\r\n\r\n";
const std::string by_word =
    "MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=\"b\"\r\n\r\nThis document is a Single File Web "
    "Page.\r\n\r\n";
const std::string folded = "mime-version: 1.0\r\ncontent-type:\r\n multipart/related; boundary=b\r\n\r\n";

const FileTyper& typer() {
    static const FileTyper loaded = FileTyper::load().value();
    return loaded;
}

PartOutcome shown(const std::string& archive) {
    Part part;
    part.facts.path = "1";
    part.facts.kind = PartKind::html;
    part.facts.detected_type = web_archive_type;
    part.untrusted_bytes = archive;
    const Budget budget{BudgetLimits()};
    return make_html_handler(LinkStyle::defang)->handle(std::move(part), budget).value();
}

}  // namespace

TEST_CASE("AC-217 a web archive is told from a mail by its header, whichever program saved it") {
    for (const std::string& header : {by_chromium, by_word, folded}) {
        INFO(header);
        CHECK(looks_like_web_archive(header + parts(page)));
        CHECK_FALSE(looks_like_web_archive("To: a@example.jp\r\n" + header + parts(page)));
        CHECK_FALSE(looks_like_web_archive("Received: by x\r\n" + header + parts(page)));
        CHECK_FALSE(looks_like_web_archive("no field\r\n" + header + parts(page)));
    }
    CHECK_FALSE(looks_like_web_archive("MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"));
    CHECK_FALSE(looks_like_web_archive("Content-Type: multipart/related; boundary=b\r\n\r\n"));
    CHECK_FALSE(looks_like_web_archive("MIME-Version: 1.0\r\n\r\nContent-Type: multipart/related\r\n\r\n"));
    CHECK_FALSE(looks_like_web_archive(""));
}

TEST_CASE(
    "AC-217 AC-200 a web archive is a page by its content; as a text of a mail, it stays one; as a .doc, it is held") {
    const std::string archive = by_chromium + parts(page);
    for (const char* declared : {"application/octet-stream", "application/x-mimearchive", "text/html"}) {
        CAPTURE(declared);
        CHECK(typer().type_of(archive, declared, "mht").kind == PartKind::html);
        CHECK(typer().type_of(archive, declared, "mht").type == web_archive_type);
        CHECK(typer().type_of(archive, declared, "doc").kind == PartKind::other);
    }
    CHECK(typer().type_of(archive, "text/plain", "mhtml").type == web_archive_type);
    CHECK(typer().type_of(archive, "", "mht").type == web_archive_type);
    CHECK(typer().type_of(archive, "text/plain", "").kind == PartKind::text);
    CHECK(typer().type_of(archive, "message/rfc822", "eml").kind == PartKind::mail);
}

TEST_CASE("AC-217 of a web archive the page is shown, decoded, and nothing of what lies beside it") {
    for (const std::string& header : {by_chromium, by_word, folded}) {
        INFO(header);
        const PartOutcome outcome = shown(header + parts(page));
        const auto& made = std::get<TextMade>(outcome);
        CHECK(made.text.str() == "■ 見出し");
        CHECK(contains(made.notes, Reason::html_to_text));
        CHECK(contains(made.notes, Reason::embedded_file_removed));  // its picture
    }
    const std::string bare = by_word + "--b\r\nContent-Type: text/html\r\n\r\n<p>one\r\n--b--\r\n";
    const PartOutcome without = shown(bare);
    CHECK_FALSE(contains(std::get<TextMade>(without).notes, Reason::embedded_file_removed));
    const PartOutcome in_sjis = shown(by_word + parts("<p>=83=65=83=58=83=67</p>", "text/html; charset=Shift_JIS"));
    CHECK(std::get<TextMade>(in_sjis).text.str() == "テスト");
}

TEST_CASE("a text that is called a mail and begins like one is a mail, and never shown with what is attached to it") {
    const std::string mail = "From: a@example.jp\r\nTo: b@example.jp\r\n\r\ntext\r\n";
    for (const char* declared : {"", "text/plain", "application/octet-stream"}) {
        for (const char* extension : {"eml", "emlx", "nws", "mht"}) {
            CAPTURE(declared, extension);
            CHECK(typer().type_of(mail, declared, extension).kind == PartKind::mail);
            CHECK(typer().type_of("text\r\n", declared, extension).kind == PartKind::text);
        }
    }
    // A draft: multipart/related, and sent to nobody yet.
    CHECK(typer().type_of(by_word + parts(page), "application/octet-stream", "eml").kind == PartKind::mail);
    CHECK(typer().type_of(mail, "text/plain", "txt").kind == PartKind::text);
    CHECK(typer().type_of(mail, "text/plain", "").kind == PartKind::text);
}

TEST_CASE("a web archive without a page, or with one that is too large, is kept back") {
    CHECK(std::get<Quarantined>(shown(by_word + parts(page, "text/plain"))).why == Reason::not_rebuilt);
    CHECK(std::get<Quarantined>(shown(by_word)).why == Reason::not_rebuilt);
    BudgetLimits limits;
    limits.html_bytes_max = 20;
    CHECK_FALSE(saved_page(by_word + parts(page), limits));
    limits.html_bytes_max = 2000;
    CHECK(saved_page(by_word + parts(page), limits));
}

TEST_CASE("a web archive of Internet Explorer that is cut before its page is one without words") {
    for (const test::CorpusFile& file : test::read_corpus("mail_general")) {
        if (!file.name.ends_with(".mhtml")) continue;
        INFO(file.name);
        CHECK(looks_like_web_archive(file.bytes));
        const PartOutcome outcome = shown(file.bytes);
        CHECK(std::get<TextMade>(outcome).text.str().empty());
    }
}
