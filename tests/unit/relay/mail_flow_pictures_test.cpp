// Held files of which a person wants pictures of the pages: through the relay's own road, with the real poppler.
#include "sanitizer/compose/base64_writer.hpp"
#include "sanitizer/engine/pages.hpp"
#include "tests/support/made_archive.hpp"
#include "tests/support/sanitizer_build.hpp"
#include "tests/support/skipped.hpp"
#include "tests/unit/relay/mail_flow_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

const std::string engine = MUGAIKA_BIN "/mugaika-engine";
const FilePrograms programs{MUGAIKA_BIN "/mugaika-codec", MUGAIKA_BIN "/mugaika-checker"};

bool draws_pages() {
    if (worker_is_built() && !sanitizer_build && !missing_for_pages()) return true;
    say_skipped("pages of held files, through the relay: poppler is not installed, or a sanitizer has no memory limit");
    return false;
}

std::string file(const std::string& type, const std::string& name, const std::string& bytes) {
    std::string part = "--b\r\nContent-Type: " + type +
                       "\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=" + name +
                       "\r\n\r\n";
    append_base64_lines(part, bytes);
    return part;
}

std::string mail_with(const std::string& files) {
    return "From: a@example.com\r\nTo: b@city.example\r\nSubject: x\r\nMessage-ID: <first@example.com>\r\n"
           "MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: "
           "text/plain\r\n\r\nthe letter\r\n" +
           files + "--b--\r\n";
}

std::string pdf() {
    std::ifstream in(MUGAIKA_SOURCE "/tests/fuzz/seeds/pdf_checker/plain.pdf", std::ios::binary);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void hold_pdf(Config& config) {
    config.profiles["standard"].base.actions[static_cast<std::size_t>(PartKind::pdf)] = PartAction::hold;
}

// The letter has arrived without its files; what is kept of it.
QuarantineItem arrived_without(Bench& bench, const std::string& mail) {
    CHECK(begins(bench.answer_to(mail), "250 "));
    REQUIRE(bench.kept().size() == 1);
    REQUIRE(bench.hop.mails.size() == 1);
    CHECK(bench.hop.mails[0].find("filename") == std::string::npos);
    return bench.store->load(bench.kept()[0].id).value();
}

ReleaseOrder pictures_of(const QuarantineItem& item, std::vector<std::string> parts) {
    ReleaseOrder order = order_for(item);
    order.kind = OrderKind::image_pdf;
    order.parts = std::move(parts);
    order.valid_until = order.ordered_at + 1h;
    return order;
}

FlowEnd ordered(Bench& bench, const QuarantineItem& item, const ReleaseOrder& order) {
    const auto original = bench.store->load_original(item.id).value();
    return bench.wait_for(bench.flow->release(order, item, original));
}

bool is_row(const FlowEnd& end, Failure failure, Ending ending) {
    return !end.delivered && end.outcome != nullptr && end.outcome->stage == Stage::release &&
           end.outcome->failure == failure && end.outcome->ending == ending;
}

}  // namespace

TEST_CASE("a held PDF follows as pictures by a person's order, alone, in the thread of its letter, and that is noted") {
    if (!draws_pages()) return;
    Bench bench(worker_program, hold_pdf, programs, engine);
    const std::string zip = zip_of({{"b.pdf", pdf()}, {"c.txt", "text\r\n"}});
    const QuarantineItem item = [&] {
        CHECK(begins(
            bench.answer_to(mail_with(file("application/pdf", "a.pdf", pdf()) + file("application/zip", "z.zip", zip))),
            "250 "));
        return bench.store->load(bench.kept().at(0).id).value();
    }();
    const bool in_archive = GENERATE(false, true);
    const ReleaseOrder order = pictures_of(item, {in_archive ? "3/1" : "2"});
    REQUIRE(Outbox::open(bench.folder / "outbox")->add(order).has_value());
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.owed().empty(); });
    REQUIRE(bench.hop.mails.size() == 2);
    const std::string& mail = bench.hop.mails[1];
    CHECK_THAT(mail, Catch::Contains("In-Reply-To: <first@example.com>") &&
                         Catch::Contains("Message-ID: <" + order.order_id + "." + item.id + "@mx.city.example>") &&
                         Catch::Contains("follows=" + order.order_id));
    CHECK((mail.find("filename=\"a.pdf\"") != std::string::npos) == !in_archive);
    CHECK((mail.find("filename=\"z.zip\"") != std::string::npos) == in_archive);
    const std::string ledger = bench.lines_with("\"message.sanitized\"").at(1);
    CHECK_THAT(ledger, Catch::Contains("\"out_kind\":\"image-pdf\"") && !Catch::Contains("\"text/plain\""));
    CHECK(bench.count_events("\"quarantine.delivered\"") == 1);
    CHECK(bench.lines_with("\"quarantine.delivered\"")[0].find("\"kind\":\"image-pdf\"") != std::string::npos);
    const auto releases = bench.store->releases(item.id).value();
    REQUIRE(releases.size() == 1);
    CHECK(releases[0].as_pictures);
    CHECK(releases[0].parts == order.parts);
}

// matrix: release/refused
TEST_CASE("of ordered files one that cannot be drawn ends the order with its reason, and nothing is sent") {
    if (!draws_pages()) return;
    Bench bench(worker_program, hold_pdf, programs, engine);
    const QuarantineItem item = arrived_without(
        bench,
        mail_with(file("application/pdf", "a.pdf", pdf()) + file("application/pdf", "b.pdf", pdf().substr(0, 200))));
    const ReleaseOrder order = pictures_of(item, {"2", "3"});
    REQUIRE(Outbox::open(bench.folder / "outbox")->add(order).has_value());
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.owed().at(0).state == OwedOrder::State::failed; });
    CHECK(bench.lines_with("quarantine.release_failed").at(0).find("\"failure\":\"refused\"") != std::string::npos);
    CHECK_THAT(bench.owed()[0].last_words,
               Catch::Contains("part 3 stays, its pages are not drawn: ") && Catch::Contains("(document_damaged)"));
    CHECK(bench.hop.mails.size() == 1);
    CHECK(bench.store->releases(item.id)->empty());
}

TEST_CASE(
    "of a mail that is held as a whole pictures of one file follow its notice by order, and nothing of its text") {
    if (!draws_pages()) return;
    Bench bench(worker_program, {}, programs, engine);
    std::string mail = mail_with(file("application/pdf", "a.pdf", pdf()));
    mail.insert(mail.find("\r\n\r\n"), "\r\nContent-Type: text/plain");  // who reads it otherwise sees another mail
    const QuarantineItem item = arrived_without(bench, mail);
    REQUIRE(item.ledger.verdict == MailVerdict::quarantined);
    CHECK(ordered(bench, item, pictures_of(item, {"2"})).delivered);
    REQUIRE(bench.hop.mails.size() == 2);
    CHECK_THAT(bench.hop.mails[1],
               Catch::Contains("filename=\"a.pdf\"") && Catch::Contains("In-Reply-To: <first@example.com>"));
    const std::string ledger = bench.lines_with("\"message.sanitized\"").at(1);
    CHECK_THAT(ledger, Catch::Contains("\"out_kind\":\"image-pdf\"") && !Catch::Contains("\"path\":\"1\""));
}

TEST_CASE("pictures of what a password opened follow that mail, and are no second one of it") {
    if (!draws_pages()) return;
    Bench bench(worker_program, hold_pdf, programs, engine);
    QuarantineItem item = arrived_without(bench, mail_with(file("application/pdf", "a.pdf", pdf())));
    item.unlocked_from = "0123456789abcdefghjkmnpqrs";
    CHECK(ordered(bench, item, pictures_of(item, {"2"})).delivered);
    REQUIRE(bench.hop.mails.size() == 2);
    CHECK_THAT(bench.hop.mails[1],
               Catch::Contains("In-Reply-To: <first@example.com>") && !Catch::Contains("unlocked="));
}

// matrix: release/unavailable
TEST_CASE("while nobody can draw, an order for pictures waits; what has no pages ends it; nothing is sent") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, hold_pdf, programs, "");
    const QuarantineItem item = arrived_without(
        bench,
        mail_with(file("application/pdf", "a.pdf", pdf()) + file("application/octet-stream", "a.bin", "\x01\x02")));
    const FlowEnd waits = ordered(bench, item, pictures_of(item, {"2"}));
    CHECK(is_row(waits, Failure::unavailable, Ending::retry_later));
    CHECK_THAT(waits.why, Catch::Contains("engine_unavailable"));
    CHECK(is_row(ordered(bench, item, pictures_of(item, {"3"})), Failure::refused, Ending::give_up));
    CHECK(bench.hop.mails.size() == 1);
}

// matrix: release/refused
TEST_CASE("an order for pictures lets nothing cross that a scanner forbade when the mail came") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, hold_pdf, programs, engine);
    QuarantineItem item = arrived_without(
        bench, mail_with(file("application/pdf", "a.pdf", pdf()) + file("application/pdf", "b.pdf", pdf())));
    item.ledger.parts.at(1).reason = Reason::malware_found;
    const FlowEnd end = ordered(bench, item, pictures_of(item, {"2"}));
    CHECK(is_row(end, Failure::refused, Ending::give_up));
    CHECK_THAT(end.why, Catch::Contains("no order lets that cross"));
    // The same bytes at another place of the mail are no other file.
    const FlowEnd other = ordered(bench, item, pictures_of(item, {"3"}));
    CHECK(is_row(other, Failure::refused, Ending::give_up));
    CHECK_THAT(other.why, Catch::Contains("malware_found"));
    CHECK(bench.hop.mails.size() == 1);
}

// A worker that is wholly taken over gives original bytes out, or says of another part that it is this one.
// matrix: release/nonsense
TEST_CASE("by an order for pictures no original crosses, whatever a taken-over worker gives") {
    const ReleaseLie lie = GENERATE(from_range(release_lies()));
    CAPTURE(lie.name);
    const WorkerProgram program(lie.name);
    Bench bench(program.path(), [](Config& config) { config.profiles["standard"].base.release_originals = true; });
    const RawMail original = raw(clean);
    QuarantineItem item = item_for(original, "b@city.example");
    item.ledger.parts = lie.kept.parts;
    const FlowEnd end = bench.wait_for(bench.flow->release(pictures_of(item, {"2"}), item, original));
    CHECK_FALSE(end.delivered);
    REQUIRE(end.outcome != nullptr);
    CHECK(end.outcome->stage == Stage::release);
    CHECK(end.outcome->failure == Failure::nonsense);
    CHECK(bench.hop.mails.empty());
    CHECK(bench.hop.count("DATA") == 0);
}
