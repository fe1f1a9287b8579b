#include "sanitizer/finish/finish_mail.hpp"

#include <catch2/catch.hpp>

#include "sanitizer/mail/sha256.hpp"

using namespace mugaika;

namespace {

constexpr std::string_view file_bytes = "MZ this is not for you";
constexpr std::string_view file_in_base64 = "TVogdGhpcyBpcyBub3QgZm9yIHlvdQ==";

PlainLine line(std::string text) {
    auto made = PlainLine::from(std::move(text));
    REQUIRE(made.has_value());
    return *made;
}

MailAddress address(std::string_view text) {
    auto parsed = MailAddress::parse(text);
    REQUIRE(parsed.has_value());
    return *parsed;
}

PartRow row(std::string path, PartKind kind, PartVerdict verdict) {
    PartRow made;
    made.facts.path = std::move(path);
    made.facts.kind = kind;
    made.verdict = verdict;
    return made;
}

WorkerAnswer plain_mail() {
    Extract extract;
    extract.header.from = {{line("山田"), address("yamada@example.com")}};
    extract.header.subject = line("hello");
    TextBlock block;
    block.path = "1";
    block.text = *PlainText::from("good morning\n");
    extract.texts = {block};
    extract.parts = {row("1", PartKind::text, PartVerdict::text)};
    WorkerAnswer answer;
    answer.extract = std::move(extract);
    return answer;
}

// What a taken-over worker would love to get through: a file beside the text.
WorkerAnswer mail_with_file() {
    WorkerAnswer answer = plain_mail();
    PartRow file_row = row("2", PartKind::pdf, PartVerdict::rebuilt);
    file_row.reason = Reason::released_by_person;
    file_row.method = "ウ-4";
    file_row.sha256 = sha256_hex(file_bytes);
    file_row.out_name = "a.pdf";
    file_row.out_sha256 = sha256_hex(file_bytes);
    answer.extract->parts.push_back(file_row);
    answer.extract->files = {{"2", line("a.pdf"), "application/pdf", std::string(file_bytes)}};
    return answer;
}

ComposeFacts facts() {
    ComposeFacts made;
    made.id = "0123456789abcdef";
    made.hostname = "mx.city.example.lg.jp";
    made.received_at = std::chrono::system_clock::time_point(std::chrono::seconds(1800000000));
    return made;
}

ReleaseOrder order_for(std::vector<std::string> parts) {
    ReleaseOrder order;
    order.order_id = "orderorderorder0";
    order.item_id = "0123456789abcdef";
    order.parts = std::move(parts);
    order.recipients = {address("a@city.example.lg.jp")};
    order.person = "yamada";
    order.reason = "checked";
    return order;
}

Result<GatedMail> finish(const WorkerAnswer& answer, const Profile& profile, const ComposeFacts& compose_facts) {
    const Release release = compose_facts.order == nullptr ? Release::no : Release::yes;
    return compose_and_gate(answer, decide(answer, profile, release), profile, compose_facts, "yamada@example.com");
}

bool holds(const GatedMail& mail, std::string_view text) { return mail.bytes().find(text) != std::string_view::npos; }

}  // namespace

TEST_CASE("a plain mail is composed, gated and noted in its ledger") {
    const WorkerAnswer answer = plain_mail();
    const Verdict verdict = decide(answer, Profile{}, Release::no);
    CHECK(verdict.verdict == MailVerdict::clean);
    const auto mail = finish(answer, Profile{}, facts());
    REQUIRE(mail.has_value());
    CHECK(holds(*mail, "good morning"));
    Ledger ledger = make_ledger(answer, verdict, "0123456789abcdef", 10, "aa");
    CHECK(ledger.out_bytes == 0);
    note_output(ledger, *mail);
    CHECK(ledger.verdict == MailVerdict::clean);
    CHECK(ledger.in_bytes == 10);
    CHECK(ledger.in_sha256 == "aa");
    CHECK(ledger.out_bytes == mail->bytes().size());
    CHECK(ledger.out_sha256 == sha256_hex(mail->bytes()));
    CHECK(ledger.parts.size() == 1);
}

TEST_CASE("a worker that died, was late or spoke nonsense makes a held mail with a notice, never a delivered one") {
    for (const Reason reason : {Reason::worker_died, Reason::worker_late, Reason::worker_nonsense}) {
        WorkerAnswer answer;
        answer.failure = WorkerFailure{reason, "signal 31"};
        const Verdict verdict = decide(answer, Profile{}, Release::no);
        CHECK(verdict.verdict == MailVerdict::quarantined);
        CHECK(verdict.reason == reason);
        CHECK(verdict.keep_original);
        CHECK(make_ledger(answer, verdict, "i", 1, "s").parts.empty());
        CHECK(finish(answer, Profile{}, facts()).has_value());
    }
}

TEST_CASE("an answer with neither extract nor failure counts as nonsense") {
    const Verdict verdict = decide(WorkerAnswer{}, Profile{}, Release::no);
    CHECK(verdict.verdict == MailVerdict::quarantined);
    CHECK(verdict.reason == Reason::worker_nonsense);
}

// matrix: gate/nonsense
TEST_CASE(
    "saboteur: a file that nobody ordered is stopped at the gate, and the notice in its place has no trace of it") {
    const WorkerAnswer answer = mail_with_file();
    const auto mail = finish(answer, Profile{}, facts());
    REQUIRE_FALSE(mail.has_value());
    CHECK(mail.error().fault() == Fault::protocol);

    const Verdict held = hold(Reason::gate_refused);
    const auto notice = compose_and_gate(answer, held, Profile{}, facts(), "yamada@example.com");
    REQUIRE(notice.has_value());
    CHECK_FALSE(holds(*notice, file_in_base64));
    CHECK_FALSE(holds(*notice, "good morning"));
    CHECK(make_ledger(answer, held, "i", 1, "s").reason == Reason::gate_refused);
}

// matrix: compose/internal
TEST_CASE("saboteur: what the composer refuses to write is not delivered, and the notice in its place can be written") {
    const Verdict bug_of_ours{MailVerdict::refused, Reason::policy_refuse, true, false};
    const auto mail = compose_and_gate(plain_mail(), bug_of_ours, Profile{}, facts(), "yamada@example.com");
    REQUIRE_FALSE(mail.has_value());
    CHECK(mail.error().fault() == Fault::internal);

    const Verdict held = hold(Reason::gate_refused);
    CHECK(held.keep_original);
    const auto notice = compose_and_gate(plain_mail(), held, Profile{}, facts(), "yamada@example.com");
    REQUIRE(notice.has_value());
    CHECK_FALSE(holds(*notice, "good morning"));
}

TEST_CASE("an original file crosses only by an order that names its part, under a profile that allows it") {
    const WorkerAnswer answer = mail_with_file();
    Profile allows;
    allows.release_originals = true;
    const ReleaseOrder names_it = order_for({"2"});
    const ReleaseOrder names_another = order_for({"3"});
    const ReleaseOrder names_none = order_for({});
    ComposeFacts with_order = facts();
    with_order.original_kept = true;

    with_order.order = &names_it;
    const auto released = finish(answer, allows, with_order);
    REQUIRE(released.has_value());
    CHECK(holds(*released, file_in_base64));
    CHECK_FALSE(finish(answer, Profile{}, with_order).has_value());

    with_order.order = &names_another;
    CHECK_FALSE(finish(answer, allows, with_order).has_value());
    with_order.order = &names_none;
    CHECK_FALSE(finish(answer, allows, with_order).has_value());
    CHECK_FALSE(finish(answer, allows, facts()).has_value());
}

TEST_CASE("other bytes under an ordered part's name are stopped at the gate") {
    WorkerAnswer answer = mail_with_file();
    answer.extract->files.front().bytes += "!";
    Profile allows;
    allows.release_originals = true;
    const ReleaseOrder order = order_for({"2"});
    ComposeFacts with_order = facts();
    with_order.order = &order;
    CHECK_FALSE(finish(answer, allows, with_order).has_value());
}

TEST_CASE("a refusal has its row of the matrix") {
    CHECK(refusal_of({MailVerdict::refused, Reason::policy_refuse, true, false}).code == 554);
    CHECK(refusal_of({MailVerdict::refused, Reason::policy_refuse, true, false}).enhanced == "5.7.1");
    CHECK(refusal_of({MailVerdict::refused, Reason::too_many_hops, true, false}).enhanced == "5.4.6");
}

TEST_CASE("the author of a mail is shown with name and address, or as From said") {
    HeaderFacts header;
    CHECK(author_text(header).empty());
    header.from_text = line("not an address");
    CHECK(author_text(header).str() == "not an address");
    header.from = {{line("山田"), address("yamada@example.com")}};
    CHECK(author_text(header).str() == "山田 <yamada@example.com>");
    header.from = {{PlainLine(), address("yamada@example.com")}};
    CHECK(author_text(header).str() == "<yamada@example.com>");
}
