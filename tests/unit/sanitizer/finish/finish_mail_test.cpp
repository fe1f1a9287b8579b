#include "sanitizer/finish/finish_mail.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "policy/limits.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "tests/support/made_checked_file.hpp"
#include "tests/support/sample_files.hpp"

using namespace mugaika;

namespace {

constexpr std::string_view file_bytes = "%PDF-1.4 not for you";
constexpr std::string_view file_in_base64 = "JVBERi0xLjQgbm90IGZvciB5b3U=";

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
    file_row.method = Method::looked_at;
    file_row.facts.bytes = file_bytes.size();
    file_row.sha256 = sha256_hex(file_bytes);
    file_row.out_name = "a.pdf";
    file_row.out_sha256 = sha256_hex(file_bytes);
    answer.extract->parts.push_back(file_row);
    answer.extract->files = {{"2", line("a.pdf"), "application/pdf", std::string(file_bytes)}};
    return answer;
}

ComposeFacts compose_facts() {
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
    order.ordered_at = std::chrono::system_clock::time_point(std::chrono::seconds(1800100000));
    return order;
}

// As if the mail had been kept with what the worker said of it then.
Ledger ledger_of(const WorkerAnswer& answer) {
    Ledger ledger;
    ledger.parts = answer.extract->parts;
    return ledger;
}

FinishFacts facts(const ReleaseOrder* order = nullptr, const Ledger* stored = nullptr) {
    FinishFacts made;
    made.compose = compose_facts();
    made.compose.original_bytes = 10;
    made.compose.order = order;
    made.envelope_sender = "yamada@example.com";
    made.original_sha256 = "aa";
    made.stored = stored;
    if (order != nullptr) made.keeping = FinishFacts::Keeping::done;
    return made;
}

bool holds(const Finished& finished, std::string_view text) {
    return finished.mail && finished.mail->bytes().find(text) != std::string_view::npos;
}

bool is_row(const Finished& finished, Stage stage, Failure failure) {
    return !finished.mail && finished.outcome != nullptr && finished.outcome->stage == stage &&
           finished.outcome->failure == failure;
}

Profile that_releases() {
    Profile profile;
    profile.release_originals = true;
    return profile;
}

}  // namespace

TEST_CASE("a plain mail is composed and gated, and its ledger says what leaves") {
    const Finished finished = finish(plain_mail(), Profile{}, facts());
    CHECK(finished.verdict.verdict == MailVerdict::clean);
    REQUIRE(finished.mail.has_value());
    CHECK(holds(finished, "good morning"));
    const Ledger& ledger = finished.ledger;
    CHECK(ledger.verdict == MailVerdict::clean);
    CHECK(ledger.id == "0123456789abcdef");
    CHECK(ledger.in_bytes == 10);
    CHECK(ledger.in_sha256 == "aa");
    CHECK(ledger.out_bytes == finished.mail->bytes().size());
    CHECK(ledger.out_sha256 == sha256_hex(finished.mail->bytes()));
    CHECK(ledger.parts.size() == 1);
    CHECK(finished.alarms.empty());
    CHECK(finished.outcome == nullptr);
}

TEST_CASE("a worker that died, was late or spoke nonsense makes a held mail with a notice, never a delivered one") {
    for (const Reason reason : {Reason::worker_died, Reason::worker_late, Reason::worker_nonsense}) {
        WorkerAnswer answer;
        answer.failure = WorkerFailure{reason, "signal 31"};
        const Finished finished = finish(answer, Profile{}, facts());
        CHECK(finished.verdict.verdict == MailVerdict::quarantined);
        CHECK(finished.verdict.reason == reason);
        CHECK(finished.verdict.keep_original);
        CHECK(finished.ledger.parts.empty());
        CHECK(finished.ledger.reason == reason);
        CHECK(finished.mail.has_value());
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
    const Finished finished = finish(mail_with_file(), Profile{}, facts());
    REQUIRE(finished.mail.has_value());
    CHECK_FALSE(holds(finished, file_in_base64));
    CHECK_FALSE(holds(finished, "good morning"));
    CHECK(finished.alarms.size() == 1);
    CHECK(finished.verdict.verdict == MailVerdict::quarantined);
    CHECK(finished.verdict.keep_original);
    // Final when it is given back: whoever keeps the original keeps it with this.
    CHECK(finished.ledger.reason == Reason::gate_refused);
    CHECK(finished.ledger.verdict == MailVerdict::quarantined);
    CHECK(finished.ledger.out_bytes == finished.mail->bytes().size());
    CHECK(finished.ledger.out_sha256 == sha256_hex(finished.mail->bytes()));
}

TEST_CASE("what the gate refused is not composed again: nothing that the mail says stands in what leaves") {
    WorkerAnswer answer = mail_with_file();
    answer.extract->header.subject = line("only the mail says this");
    const Finished finished = finish(answer, Profile{}, facts());
    REQUIRE(finished.mail.has_value());
    CHECK_FALSE(holds(finished, "only the mail says this"));
}

// matrix: compose/internal, gate/internal
TEST_CASE("saboteur: what cannot be composed, not even as a notice, does not leave, and both alarms are told") {
    FinishFacts spoilt = facts();
    spoilt.compose.hostname = "mx.city.example\r\nBcc: x@evil.example";
    const Finished finished = finish(plain_mail(), Profile{}, spoilt);
    CHECK(is_row(finished, Stage::gate, Failure::internal));
    CHECK(finished.alarms.size() == 2);
    CHECK(finished.verdict.reason == Reason::gate_refused);
    CHECK(finished.verdict.keep_original);
    CHECK(finished.ledger.out_bytes == 0);
    CHECK(finished.ledger.out_sha256.empty());
}

TEST_CASE("the notice says that the original is kept only when somebody keeps it") {
    const WorkerAnswer died{std::nullopt, WorkerFailure{Reason::worker_died, "signal 31"}};
    FinishFacts given = facts();
    using Keeping = FinishFacts::Keeping;
    given.keeping = Keeping::when_asked;
    const Finished asked = finish(died, Profile{}, given);
    given.keeping = Keeping::done;
    const Finished done = finish(died, Profile{}, given);
    given.keeping = Keeping::never;
    const Finished never = finish(died, Profile{}, given);
    REQUIRE(asked.mail.has_value());
    REQUIRE(never.mail.has_value());
    CHECK(asked.mail->bytes() == done.mail->bytes());
    CHECK(asked.mail->bytes() != never.mail->bytes());
}

TEST_CASE("what the policy refuses has no mail, and where others of the same mail are served it is held") {
    Profile refuses;
    refuses.actions.fill(PartAction::refuse);
    WorkerAnswer answer = plain_mail();
    answer.extract->parts.front().verdict = PartVerdict::quarantined;
    answer.extract->parts.front().reason = Reason::policy_refuse;
    answer.extract->texts.clear();
    const Finished refused = finish(answer, refuses, facts());
    CHECK(is_row(refused, Stage::judge, Failure::refused));
    CHECK(refused.ledger.verdict == MailVerdict::refused);
    CHECK(refused.alarms.empty());

    FinishFacts among_others = facts();
    among_others.on_refusal = FinishFacts::OnRefusal::hold;
    const Finished held = finish(answer, refuses, among_others);
    REQUIRE(held.mail.has_value());
    CHECK(held.verdict.verdict == MailVerdict::quarantined);
    CHECK(held.verdict.keep_original);
    CHECK(held.ledger.reason == Reason::policy_refuse);
    CHECK(held.alarms.empty());
    // It changes nothing for what is not refused.
    const Finished other = finish(plain_mail(), Profile{}, among_others);
    CHECK(other.verdict.verdict == MailVerdict::clean);
}

TEST_CASE("an original file crosses only by an order that names its part, under a profile that allows it") {
    const WorkerAnswer answer = mail_with_file();
    const Ledger stored = ledger_of(answer);
    const ReleaseOrder names_it = order_for({"2"});
    const ReleaseOrder names_none = order_for({});

    const Finished released = finish(answer, that_releases(), facts(&names_it, &stored));
    REQUIRE(released.mail.has_value());
    CHECK(holds(released, file_in_base64));
    CHECK(is_row(finish(answer, Profile{}, facts(&names_it, &stored)), Stage::release, Failure::nonsense));
    CHECK(is_row(finish(answer, that_releases(), facts(&names_none, &stored)), Stage::release, Failure::nonsense));
    CHECK_FALSE(holds(finish(answer, that_releases(), facts()), file_in_base64));
}

// matrix: release/nonsense, release/unavailable
TEST_CASE("an order for a mail that no worker could read is not answered with a notice") {
    const ReleaseOrder order = order_for({});
    const Ledger stored;
    struct Row {
        Reason reason;
        Failure failure;
        std::size_t alarms;
    };
    for (const Row row :
         {Row{Reason::worker_died, Failure::unavailable, 0}, Row{Reason::worker_late, Failure::unavailable, 0},
          Row{Reason::worker_nonsense, Failure::nonsense, 1}}) {
        const WorkerAnswer answer{std::nullopt, WorkerFailure{row.reason, "words"}};
        const Finished finished = finish(answer, Profile{}, facts(&order, &stored));
        CHECK(is_row(finished, Stage::release, row.failure));
        CHECK(finished.alarms.size() == row.alarms);
    }
}

// A worker that is wholly taken over makes an answer that agrees with itself. What it cannot make is the ledger of when
// the mail was kept.
TEST_CASE("a part that is not the one that a person saw does not cross: every lie, and what notices it") {
    struct Lie {
        const char* name;
        void (*tell)(Extract&);
        const char* said;
    };
    const auto other_bytes = [](Extract& fresh, std::string bytes) {
        fresh.files.front().bytes = std::move(bytes);
        PartRow& row = fresh.parts.back();
        row.facts.bytes = fresh.files.front().bytes.size();
        row.sha256 = row.out_sha256 = sha256_hex(fresh.files.front().bytes);
    };
    static const auto give = other_bytes;
    const std::vector<Lie> lies{
        {"other bytes of another size", [](Extract& fresh) { give(fresh, "%PDF-1.4 something else entirely"); },
         "part 2 has another digest than when the mail was kept"},
        {"other bytes of the same size", [](Extract& fresh) { give(fresh, "%PDF-1.4 NOT for you"); },
         "part 2 has another digest than when the mail was kept"},
        {"the row's digest as it was, the file another one",
         [](Extract& fresh) { fresh.files.front().bytes = "%PDF-1.4 NOT for you"; },
         "part 2 comes out with other bytes than it had"},
        {"the row as it was, the file longer", [](Extract& fresh) { fresh.files.front().bytes += "!"; },
         "part 2 comes out in another size than it had"},
        {"another size in the row", [](Extract& fresh) { ++fresh.parts.back().facts.bytes; },
         "part 2 has another size than when the mail was kept"},
        {"another kind", [](Extract& fresh) { fresh.parts.back().facts.kind = PartKind::image; },
         "part 2 is of another kind than when the mail was kept"},
        {"the ordered part is gone",
         [](Extract& fresh) {
             fresh.parts.pop_back();
             fresh.files.clear();
         },
         "part 2 of the kept mail is not there any more"},
        {"the ordered part twice", [](Extract& fresh) { fresh.parts.push_back(fresh.parts.back()); },
         "part 2 of the kept mail is not there any more"},
        {"a file that nobody ordered",
         [](Extract& fresh) {
             PartRow row = fresh.parts.back();
             row.facts.path = "3";
             fresh.parts.push_back(row);
             fresh.files.push_back({"3", fresh.files.front().name, "application/pdf", std::string(file_bytes)});
         },
         "part 3 comes out as a file and was not ordered"},
        {"the name of a program",
         [](Extract& fresh) {
             fresh.files.front().name = line("a.pdf.ExE. .");
             fresh.parts.back().out_name = "a.pdf.ExE. .";
         },
         "part 2 has the name of a program"},
    };
    const WorkerAnswer honest = mail_with_file();
    const Ledger stored = ledger_of(honest);
    const ReleaseOrder order = order_for({"2"});
    for (const Lie& lie : lies) {
        CAPTURE(lie.name);
        WorkerAnswer answer = honest;
        lie.tell(*answer.extract);
        const Finished finished = finish(answer, that_releases(), facts(&order, &stored));
        CHECK(is_row(finished, Stage::release, Failure::nonsense));
        REQUIRE(finished.alarms.size() == 1);
        CHECK(finished.alarms.front() == lie.said);
    }
    CHECK(finish(honest, that_releases(), facts(&order, &stored)).mail.has_value());
}

TEST_CASE("a program does not cross, whatever its kind was said to be when the mail was kept") {
    WorkerAnswer answer = mail_with_file();
    answer.extract->files.front().bytes = "MZ\x90";
    answer.extract->parts.back().facts.bytes = 3;
    answer.extract->parts.back().sha256 = answer.extract->parts.back().out_sha256 = sha256_hex("MZ\x90");
    const ReleaseOrder order = order_for({"2"});
    Ledger stored = ledger_of(answer);
    const Finished finished = finish(answer, that_releases(), facts(&order, &stored));
    CHECK(is_row(finished, Stage::release, Failure::nonsense));
    CHECK(finished.alarms == std::vector<std::string>{"part 2 begins like a program"});

    WorkerAnswer known = mail_with_file();
    known.extract->parts.back().facts.kind = PartKind::executable;
    stored = ledger_of(known);
    CHECK(finish(known, that_releases(), facts(&order, &stored)).alarms ==
          std::vector<std::string>{"part 2 was a program when the mail was kept"});
}

TEST_CASE("an author of the recipients' own domain is a finding of the relay where the route asks for it") {
    struct Row {
        const char* author;
        bool is_own;
    };
    for (const Row& row : {Row{"mayor@city.example.lg.jp", true}, Row{"mayor@mail.city.example.lg.jp", true},
                           Row{"mayor@evilcity.example.lg.jp", false}, Row{"mayor@example.lg.jp", false},
                           Row{"yamada@example.com", false}}) {
        CAPTURE(row.author);
        WorkerAnswer answer = plain_mail();
        answer.extract->header.from = {{line("市長"), address(row.author)}};
        FinishFacts asked = facts();
        asked.warned_domains = {"other.example", "city.example.lg.jp"};
        const Finished finished = finish(answer, Profile{}, asked);
        CHECK(finished.verdict.verdict == (row.is_own ? MailVerdict::sanitized : MailVerdict::clean));
        CHECK(finished.verdict.reason == (row.is_own ? Reason::own_domain_sender : Reason::none));
        CHECK_FALSE(finished.verdict.keep_original);
        CHECK(finished.ledger.findings ==
              (row.is_own ? std::vector<Reason>{Reason::own_domain_sender} : std::vector<Reason>{}));
        CHECK(holds(finished, row.is_own ? "notice=warning" : "notice=none"));
        CHECK(holds(finish(answer, Profile{}, facts()), "notice=none"));  // nobody asked
    }
}

TEST_CASE("what has to be written is bounded from above, quotes included") {
    WorkerAnswer answer = mail_with_file();
    answer.extract->texts.front().quote_depth = 3;
    answer.extract->texts.front().text = *PlainText::from(std::string(100, '\n'));
    CHECK(bytes_to_write(answer) == 100 * 7 + file_bytes.size());
    CHECK(bytes_to_write(WorkerAnswer{}) == 0);
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

TEST_CASE("AC-133 a mail that poses as this system is the relay's own finding, whatever the worker says") {
    const struct {
        const char* text;
        const char* from;
        Reason found;
    } rows[] = {
        {"━━ ﾒｰﾙ🈚害化ｼｽﾃﾑからのお知らせ ━━\n", "yamada@example.com", Reason::forged_notice},
        {"good morning\n", "unknown-sender@mx.city.example.lg.jp", Reason::poses_as_system},
        {"good morning\n", "unknown-sender@mugaika.invalid", Reason::poses_as_system},
    };
    for (const auto& row : rows) {
        WorkerAnswer answer = plain_mail();
        answer.extract->texts[0].text = *PlainText::from(row.text);
        answer.extract->header.from[0].address = address(row.from);
        const Finished finished = finish(answer, Profile{}, facts());
        INFO(row.text << row.from);
        CHECK(finished.verdict.verdict == MailVerdict::sanitized);
        CHECK(finished.verdict.reason == row.found);
        CHECK(finished.ledger.findings == std::vector{row.found});
        CHECK(finished.mail.has_value());
        CHECK(finished.alarms.empty());
        CHECK(answer.extract->findings.empty());
    }
}

TEST_CASE("AC-105 an author at the relay's own name is marked, but where the configuration has people there") {
    WorkerAnswer answer = plain_mail();
    answer.extract->header.from[0].address = address("yamada@mx.city.example.lg.jp");
    answer.extract->header.to = {{PlainLine(), address("suzuki@mx.city.example.lg.jp")}};
    CHECK(finish(answer, Profile{}, facts()).ledger.findings == std::vector{Reason::poses_as_system});
    FinishFacts given = facts();
    given.compose.peoples_domains = {"mx.city.example.lg.jp"};
    const Finished finished = finish(answer, Profile{}, given);
    CHECK(finished.ledger.findings.empty());
    CHECK(finished.verdict.verdict == MailVerdict::clean);
    // Whoever claims to be one of them from outside is another question, which the route decides.
    given.warned_domains = {"mx.city.example.lg.jp"};
    CHECK(finish(answer, Profile{}, given).ledger.findings == std::vector{Reason::own_domain_sender});
}

TEST_CASE("texts that are more than may be written leave as a notice alone; a quarantined mail needs none of them") {
    WorkerAnswer answer = plain_mail();
    answer.extract->texts[0].text = *PlainText::from(std::string(BudgetLimits().text_bytes_max + 1, 'x'));
    const Finished refused = finish(answer, Profile{}, facts());
    CHECK(refused.verdict.reason == Reason::gate_refused);
    CHECK(refused.alarms.size() == 1);
    CHECK(refused.mail.has_value());
    answer.extract->findings = {Reason::readings_differ};
    const Finished quarantined = finish(answer, Profile{}, facts());
    CHECK(quarantined.verdict.verdict == MailVerdict::quarantined);
    CHECK(quarantined.verdict.reason == Reason::readings_differ);
    CHECK(quarantined.alarms.empty());
    CHECK(quarantined.mail.has_value());
}

TEST_CASE("AC-137 the gate is told of a link that lies, and of the site's phrase") {
    WorkerAnswer answer = plain_mail();
    answer.extract->texts[0].text = *PlainText::from("see https://www.bank.example/ and a@b.example\nbluebird song\n");
    answer.extract->parts[0].notes = {Reason::html_to_text, Reason::false_link};
    FinishFacts given = facts();
    given.compose.language = Language::en;
    given.compose.notice_phrase = line("Bluebird Song");
    const Finished finished = finish(answer, Profile{}, given);
    CHECK(finished.alarms.empty());
    CHECK(holds(finished, "see https[:]//www[.]bank[.]example/ and a[at]b[.]example\r\n> bluebird song\r\n"));
    CHECK(finished.ledger.findings == std::vector{Reason::forged_notice});
}

namespace {

WorkerAnswer mail_with_pack(const std::string& member, SafeKind kind, std::string bytes) {
    WorkerAnswer answer = plain_mail();
    PartRow pack = row("2", PartKind::archive, PartVerdict::rebuilt);
    pack.out_kind = "zip";
    pack.out_name = "資料.zip";
    answer.extract->parts.push_back(pack);
    std::vector<RebuiltFile> members;
    members.push_back(test::made_rebuilt_file("2/1", member, kind, std::move(bytes)));
    answer.extract->packed.push_back(PackedFile::from("2", line("資料.zip"), std::move(members)).value());
    return answer;
}

}  // namespace

TEST_CASE("a ZIP packed of checked files crosses, and what has to be written of it is counted") {
    const WorkerAnswer answer = mail_with_pack("写真/一.png", SafeKind::png, test::sample_of(SafeKind::png));
    const Finished finished = finish(answer, Profile{}, facts());
    REQUIRE(finished.mail.has_value());
    CHECK(finished.alarms.empty());
    CHECK(holds(finished, "Content-Type: application/zip"));
    CHECK(bytes_to_write(answer) >= answer.extract->packed.front().bytes().size());
}

TEST_CASE("saboteur: a member that begins like a program, has the name of one or is of another kind holds the mail") {
    struct Row {
        WorkerAnswer answer;
        const char* words;
    };
    for (const Row& row :
         {Row{mail_with_pack("a.png", SafeKind::png, "MZ a program"), "part 2 begins like a program"},
          Row{mail_with_pack("a.png", SafeKind::png, "nothing at all"), "gate: file: its bytes are not of its kind"},
          Row{mail_with_pack("a.png", SafeKind::png, test::sample_of(SafeKind::pdf)),
              "gate: file: its bytes are not of its kind"}}) {
        INFO(row.words);
        const Finished finished = finish(row.answer, Profile{}, facts());
        REQUIRE(finished.alarms.size() == 1);
        CHECK(finished.alarms.front().starts_with(row.words));
        CHECK(finished.verdict.reason == Reason::gate_refused);
        CHECK_FALSE(holds(finished, "application/zip"));
    }
}
