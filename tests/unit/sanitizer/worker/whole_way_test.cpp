// A mail's whole way past the process boundary, without the processes: read, said, checked, judged, composed, gated.
#include <catch2/catch.hpp>
#include <optional>
#include <string>

#include "policy/findings.hpp"
#include "sanitizer/compose/composer.hpp"
#include "sanitizer/compose/gate.hpp"
#include "sanitizer/mail/verdict.hpp"
#include "sanitizer/mail/written_size.hpp"
#include "sanitizer/sandboxed/pipeline.hpp"
#include "sanitizer/worker/checked_extract.hpp"
#include "sanitizer/worker/wire.hpp"
#include "tests/support/corpus.hpp"

using namespace mugaika;

namespace {

const sandboxed::FileTyper& typer() {
    static const sandboxed::FileTyper loaded = sandboxed::FileTyper::load().value();
    return loaded;
}

struct Gone {
    std::size_t answer_bytes = 0;
    Extract extract;
    Verdict verdict;
    std::string out;
};

Gone go(const std::string& mail) {
    Job job;
    job.mail_bytes = mail.size();
    const std::string frame = encode_extract(sandboxed::read_mail(mail, job, typer()));
    auto checked = check_extract(decode_extract(std::string_view(frame).substr(frame_header_bytes)).value(), job);
    if (!checked) FAIL(checked.error().words());
    Gone gone{frame.size(), *std::move(checked), {}, {}};
    gone.verdict = judge(gone.extract, job.profile, Release::no);
    ComposeFacts facts;
    facts.id = "7h3k9m2p4q6r8s0t";
    facts.hostname = "mugaika.example.jp";
    facts.received_at = std::chrono::system_clock::time_point(std::chrono::seconds(1793841072));
    const auto body = Composer::body(gone.extract, facts);
    if (!body) FAIL(body.error().words());
    auto composed = Composer::compose(gone.extract, gone.verdict, facts, *body);
    if (!composed) FAIL(composed.error().words());
    auto gated = Gate::inspect(std::move(*composed), {});
    if (!gated) FAIL(gated.error().words());
    gone.out = gated->bytes();
    return gone;
}

std::string base64_of(char byte, std::size_t times_three) {
    const std::string quantum = byte == '\n' ? "CgoK" : "eHh4";
    std::string out;
    for (std::size_t i = 0; i < times_three; ++i) {
        out += quantum;
        if (i % 18 == 17) out += "\r\n";
    }
    return out + "\r\n";
}

std::string nested(std::size_t depth, const std::string& innermost) {
    std::string mail;
    for (std::size_t i = 0; i < depth; ++i) {
        mail += "From: a@example.jp\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: message/rfc822\r\n\r\n";
    }
    return mail + "From: a@example.jp\r\nSubject: x\r\nMIME-Version: 1.0\r\n" + innermost;
}

void check_bounded(const Gone& gone) {
    CHECK(gone.answer_bytes < WorkerLimits().answer_bytes_max / 2);
    std::uint64_t written = 0;
    for (const TextBlock& block : gone.extract.texts) written += written_bytes(block);
    CHECK(written <= BudgetLimits().text_bytes_max);
    CHECK(gone.out.size() < 2 * BudgetLimits().text_bytes_max + 100000);
}

}  // namespace

TEST_CASE(
    "AC-066 AC-132 the quoting bomb, 22 mails around 8,000,000 newlines, stays within what is paid for, three times") {
    const std::string bomb = nested(
        22, "Content-Type: text/plain\r\nContent-Transfer-Encoding: base64\r\n\r\n" + base64_of('\n', 8000000 / 3));
    for (int i = 0; i < 3; ++i) {
        const Gone gone = go(bomb);
        check_bounded(gone);
        const PartRow& text = gone.extract.parts.back();
        CHECK(text.verdict == PartVerdict::text);
        CHECK(contains(text.notes, Reason::text_too_long));
        // Honest: delivered with what can be shown, the loss is said, the original is kept.
        CHECK(gone.verdict.verdict == MailVerdict::sanitized);
        CHECK(gone.verdict.reason == Reason::text_too_long);
        CHECK(gone.verdict.keep_original);
    }
}

TEST_CASE(
    "AC-070 pages that grow forty times do not fill the worker: what has no room costs its part, the rest arrives") {
    std::string page;
    for (int i = 0; i < 16; ++i) page += "<ol start=1000000><li>";
    for (int i = 0; i < 500; ++i)
        page += "<p>x<p>x<p>x<p>x<p>x<p>x<p>x<p>x<p>x<p>x<p>x<p>x<p>x<p>x<p>x<p>x<p>x<p>x\r\n";
    std::string mail =
        "From: a@example.jp\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n";
    for (int i = 0; i < 40; ++i) mail += "--b\r\nContent-Type: text/html\r\n\r\n" + page + "\r\n";
    mail += "--b\r\nContent-Type: application/pdf\r\n\r\n%PDF-1.4 obj\r\n--b--\r\n";
    const Gone gone = go(mail);
    check_bounded(gone);
    CHECK(gone.extract.parts.size() == 41);
    CHECK(gone.extract.parts[0].verdict == PartVerdict::text);
    CHECK(gone.extract.parts[39].reason == Reason::text_too_long);
    CHECK(gone.extract.parts[40].reason == Reason::not_rebuilt);
    CHECK(gone.verdict.verdict == MailVerdict::sanitized);
}

TEST_CASE("an author whose address cannot be written is shown in the name, and the mail is not clean") {
    const std::string rest =
        "Subject: x\r\nDate: Wed, 1 Apr 2026 09:00:00 +0900\r\nMIME-Version: 1.0\r\nContent-Type: "
        "text/plain\r\n\r\nx\r\n";
    CHECK(go("From: a@example.jp\r\n" + rest).verdict.verdict == MailVerdict::clean);
    const Gone gone = go("From: \xe5\xa4\xaa\xe9\x83\x8e <\xe5\xa4\xaa\xe9\x83\x8e@example.jp>\r\n" + rest);
    CHECK(gone.verdict.verdict == MailVerdict::sanitized);
    CHECK(gone.verdict.reason == Reason::from_unwritable);
    CHECK(gone.out.find("<non-ascii-address@smtputf8.invalid>") != std::string::npos);
    CHECK(gone.out.find("From: =?UTF-8?B?5aSq6YOOICjlpKrpg45AZXhhbXBsZS5qcCk=?=") !=
          std::string::npos);  // 太郎 (太郎@example.jp)
}

TEST_CASE("no answer about a real mail, or about a hostile file taken for one, is nonsense to the check") {
    const std::string folder = GENERATE("mail_ambiguity", "mail_bounce", "mail_crypto", "mail_general", "mail_japanese",
                                        "file_msg_tnef_hostile", "file_other_hostile", "file_markup_benign");
    for (const auto& file : mugaika::test::read_corpus(folder)) {
        for (const bool with_crlf : {false, true}) {
            std::string mail;
            for (const char c : file.bytes) {
                if (with_crlf && c == '\n' && !mail.ends_with('\r')) mail.push_back('\r');
                mail.push_back(c);
            }
            INFO(folder << "/" << file.name);
            Job job;
            job.mail_bytes = mail.size();
            const auto checked = check_extract(sandboxed::read_mail(mail, job, typer()), job);
            if (!checked) FAIL_CHECK(checked.error().words());
        }
    }
}
