// The story of one mail, and what ends it.
#include <tuple>

#include "mail_flow_fixture.hpp"
#include "sanitizer/compose/base64_writer.hpp"
#include "tests/support/file_lies.hpp"
#include "tests/support/made_package.hpp"

using namespace mugaika;
using namespace mugaika::test;

TEST_CASE("a clean mail is delivered and nothing is kept, a lossy one is delivered and its original is kept") {
    if (!worker_is_built()) return;
    Bench bench;
    CHECK(begins(bench.answer_to(clean), "250 "));
    CHECK(bench.kept().empty());
    CHECK(begins(bench.answer_to(lossy), "250 "));
    REQUIRE(bench.kept().size() == 1);
    const auto original = bench.store->load_original(bench.kept()[0].id).value();
    CHECK(original.sha256() == raw(lossy).sha256());
    CHECK(bench.hop.mails.size() == 2);
}

TEST_CASE("the log names the original's Message-ID, the sender and the recipients, refused ones too") {
    if (!worker_is_built()) return;
    Bench bench;
    CHECK(begins(bench.answer_to("Message-ID: <77@example.com>\r\n" + clean), "250 "));
    CHECK(bench.count_events("\"message_id\":\"77@example.com\"") == 2);  // when it was read, and at its end
    CHECK(bench.count_events("\"from\":\"a@example.com\",\"to\":[\"b@city.example\"]") == 2);
    smtp::Envelope so_far;
    so_far.sender = address("a@example.com");
    bench.answer_to_recipient("b@elsewhere.example", so_far);
    CHECK(bench.count_events("\"from\":\"a@example.com\",\"recipient\":\"b@elsewhere.example\"") == 1);
}

TEST_CASE("the event that ends a mail says how long each of its stages took, and of no other stage") {
    if (!worker_is_built()) return;
    Bench bench;
    const auto said = [&bench](const char* stage) { return bench.count_events("\"" + std::string(stage) + "_us\""); };
    CHECK(begins(bench.answer_to(clean), "250 "));
    CHECK(bench.count_events("\"compose_us\"") == 1);
    CHECK(said("deliver") == 1);
    CHECK(said("quarantine") == 0);
    CHECK(begins(bench.answer_to(lossy), "250 "));
    CHECK(said("quarantine") == 1);
    CHECK(said("deliver") == 2);
    // What fails took its time too.
    bench.hop.close();
    CHECK(begins(bench.answer_to(clean + "again\r\n"), "451 "));
    CHECK(said("deliver") == 3);
    CHECK(said("total") == 3);
    MetricsText text;
    bench.events->metrics().write_to(text);
    const std::string metrics = std::move(text).take();
    CHECK_THAT(metrics, Catch::Contains("mugaika_stage_seconds_count{stage=\"worker\"} 3\n") &&
                            Catch::Contains("mugaika_stage_seconds_count{stage=\"quarantine\"} 1\n") &&
                            Catch::Contains("mugaika_stage_seconds_count{stage=\"total\"} 3\n"));
}

// The race: the first mail was not delivered and its original is on the way out when the same mail comes again.
TEST_CASE("nobody counts on an original that is being taken back: meanwhile the same mail is answered for now") {
    if (!worker_is_built()) return;
    Bench bench;
    bench.hop.scripts = {FakeScript{}, FakeScript{}};  // from the second delivery on it would take the mail
    bench.hop.scripts[0].answers["."] = {"452 4.3.1 full\r\n"};
    HeldPool held(bench.disk);
    const auto first = bench.take(lossy);
    // QUIT is sent from a coroutine that starts after the one of the mail went on as far as it can: to the removal.
    bench.run_until([&] { return bench.hop.count("QUIT") == 1; });
    REQUIRE_FALSE(first->has_value());
    REQUIRE(bench.kept().size() == 1);

    const auto second = bench.take(lossy);
    bench.run_until([&] { return second->has_value(); });
    CHECK(begins((*second)->line(), "451 4.3.0 "));
    CHECK(bench.hop.mails.size() == 1);  // nothing was sent on its behalf
    REQUIRE_FALSE(first->has_value());

    held.release();
    bench.run_until([&] { return first->has_value(); });
    CHECK(begins((*first)->line(), "452 4.3.1 "));
    CHECK(bench.kept().empty());
    CHECK(bench.count_events("message.deferred") == 2);

    // The retry gets an original of its own.
    CHECK(begins(bench.answer_to(lossy), "250 "));
    REQUIRE(bench.kept().size() == 1);
    CHECK(bench.store->load_original(bench.kept()[0].id).value().sha256() == raw(lossy).sha256());
}

TEST_CASE("of twins under way at once one is not delivered: the original stays for the other") {
    if (!worker_is_built()) return;
    Bench bench;
    bench.hop.scripts = {FakeScript{}, FakeScript{}};
    bench.hop.scripts[0].answers["."] = {"452 4.3.1 full\r\n"};
    const auto one = bench.take(lossy);
    const auto two = bench.take(lossy);
    bench.run_until([&] { return one->has_value() && two->has_value(); });
    const bool one_delivered = begins((*one)->line(), "250 ");
    CHECK(begins((one_delivered ? *two : *one)->line(), "452 "));
    CHECK(begins((one_delivered ? *one : *two)->line(), "250 "));
    REQUIRE(bench.kept().size() == 1);
    CHECK(bench.store->load_original(bench.kept()[0].id).has_value());
}

TEST_CASE("of twins under way at once neither is delivered: nothing stays") {
    if (!worker_is_built()) return;
    Bench bench;
    bench.script(".", {"452 4.3.1 full\r\n"});
    const auto one = bench.take(lossy);
    const auto two = bench.take(lossy);
    bench.run_until([&] { return one->has_value() && two->has_value(); });
    CHECK(begins((*one)->line(), "452 "));
    CHECK(begins((*two)->line(), "452 "));
    CHECK(bench.kept().empty());
}

// matrix: recipient/foreign_domain
TEST_CASE("recipients of no route are refused, those of another route than the first one's are not") {
    Bench bench;
    CHECK(begins(bench.answer_to_recipient("b@elsewhere.example"), "550 5.7.1 Not a domain of ours"));
    smtp::Envelope so_far;
    so_far.recipients = {address("b@city.example")};
    CHECK(begins(bench.answer_to_recipient("b@town.example", so_far), "250 "));
    CHECK(begins(bench.answer_to_recipient("c@city.example", so_far), "250 "));
    CHECK(bench.hop.count("RCPT") == 1);
    CHECK(bench.town.count("RCPT") == 1);
}

// matrix: recipient/refused, recipient/refused_for_now, recipient/unavailable, recipient/timeout, recipient/malformed
TEST_CASE(
    "AC-242 AC-243 AC-244 AC-247 at RCPT the next hop's answer is the answer, and without one the sender comes again") {
    Bench bench(worker_program, [](Config& config) { config.limits.next_hop.reply_timeout = 150ms; });
    std::string answer;
    SECTION("refused") {
        bench.script("RCPT", {"550 5.1.1 gone\r\n"});
        answer = "550 5.1.1 ";
    }
    SECTION("refused for now") {
        bench.script("RCPT", {"450 4.2.0 later\r\n"});
        answer = "450 4.2.0 ";
    }
    SECTION("not listening") {
        bench.hop.close();
        answer = "451 4.4.1 Next hop not reachable";
    }
    SECTION("silent") {
        bench.script("RCPT", {""});
        answer = "451 4.4.1 Next hop did not answer in time";
    }
    SECTION("nonsense") {
        bench.script("RCPT", {"354 go\r\n"});
        answer = "451 4.4.0 ";
    }
    CHECK(begins(bench.answer_to_recipient("b@city.example"), answer));
    const auto refused = bench.lines_with("\"recipient.refused\"");
    REQUIRE(refused.size() == 1);
    CHECK(refused[0].find("\"why\":\"127.0.0.1:") != std::string::npos);  // which host, at which step, in its own words
}

// matrix: worker/died, worker/late, worker/nonsense
TEST_CASE(
    "AC-237 AC-238 a mail on which workers fail twice is held: its original is kept, a notice goes, and it is 250") {
    struct Row {
        std::string behaviour;
        Reason reason;
    };
    const Row row = GENERATE(values<Row>({{"dies", Reason::worker_died},
                                          {"hangs", Reason::worker_late},
                                          {"garbage", Reason::worker_nonsense},
                                          {"lie.program_as_text", Reason::worker_nonsense}}));
    CAPTURE(row.behaviour);
    const WorkerProgram program(row.behaviour);
    Bench bench(program.path(), [&](Config& config) {
        if (row.reason == Reason::worker_late) config.limits.worker.wall_clock = 100ms;
    });
    CHECK(begins(bench.answer_to(clean), "250 "));
    REQUIRE(bench.kept().size() == 1);
    CHECK(bench.kept()[0].reason == to_string(row.reason));
    REQUIRE(bench.hop.mails.size() == 1);
    CHECK(bench.hop.mails[0].find("hello") == std::string::npos);
    const bool limited = row.reason == Reason::worker_late;
    CHECK(bench.count_events(limited ? "\"worker.limited\"" : "\"worker.died\"") == 2);
}

// matrix: worker/unavailable
TEST_CASE("without a worker mail is answered for now and nothing is kept") {
    Bench bench("/nonexistent/mugaika-worker");
    CHECK(begins(bench.answer_to(lossy), "451 4.3.0 Local error reading the message"));
    CHECK(bench.kept().empty());
    CHECK(bench.hop.connections == 0);
}

// matrix: worker/busy
TEST_CASE("with no worker free in time mail is answered for now") {
    const WorkerProgram program("hangs");
    Bench bench(program.path(), [](Config& config) {
        config.limits.worker.wall_clock = 300ms;
        config.limits.smtp.mail_deadline = 0s;
    });
    const auto first = bench.take(lossy);
    const auto second = bench.take(clean);
    bench.run_until([&] { return second->has_value(); });
    CHECK(begins((*second)->line(), "451 4.3.2 Too busy"));
    bench.run_until([&] { return first->has_value(); });
    CHECK(bench.kept().empty());
}

// matrix: judge/refused
TEST_CASE("a mail that the policy refuses is refused for good and nothing is kept") {
    if (!worker_is_built()) return;
    Bench bench(worker_program,
                [](Config& config) { config.profiles["standard"].base.actions.fill(PartAction::refuse); });
    CHECK(begins(bench.answer_to(lossy), "554 5.7.1 Refused by policy"));
    CHECK(bench.kept().empty());
    CHECK(bench.hop.connections == 0);
}

// matrix: quarantine/io
TEST_CASE("an original that cannot be kept means that the mail is not taken") {
    if (!worker_is_built()) return;
    Bench bench;
    std::filesystem::remove_all(bench.folder / "quarantine/tmp");
    CHECK(begins(bench.answer_to(lossy), "451 4.3.0 Local error keeping the original"));
    CHECK(bench.hop.connections == 0);
    CHECK(begins(bench.answer_to(clean), "250 "));
}

// A name that the configuration would refuse spoils everything that we write, the notice too.
// matrix: gate/internal
TEST_CASE(
    "what cannot be composed is held, and when not even the notice can be composed the mail is answered for now") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, [](Config& config) { config.hostname = "mx.city.example\r\nBcc: x@evil.example"; });
    CHECK(begins(bench.answer_to(clean), "451 4.3.0 Local error composing the message"));
    CHECK(bench.count_events("\"gate.refused\"") == 2);  // the mail, then the notice in its place
    CHECK(bench.kept().empty());                         // kept for the hold, and taken back with it
    CHECK(bench.hop.connections == 0);
}

// matrix: deliver/timeout
TEST_CASE("a mail past its deadline is not sent, so that nobody gets it twice") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, [](Config& config) { config.limits.smtp.mail_deadline = 0s; });
    CHECK(begins(bench.answer_to(lossy), "451 4.4.2 "));
    CHECK(bench.kept().empty());
    CHECK(bench.hop.connections == 0);
}

TEST_CASE("of twins under way at once the first is delivered and the second is not: the original stays for the first") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, [](Config& config) { config.limits.next_hop.final_reply_timeout = 3s; });
    bench.hop.scripts = {FakeScript{}, FakeScript{}};
    bench.hop.scripts[1].answers["."] = {""};  // no answer to the second, ever
    const auto one = bench.take(lossy);
    const auto two = bench.take(lossy);
    bench.run_until([&] { return one->has_value() || two->has_value(); });
    const auto& first = one->has_value() ? *one : *two;
    const auto& second = one->has_value() ? *two : *one;
    REQUIRE(begins(first->line(), "250 "));
    REQUIRE_FALSE(second.has_value());
    bench.run_until([&] { return second.has_value(); });
    CHECK(begins(second->line(), "451 "));
    REQUIRE(bench.kept().size() == 1);  // its notice says that it is kept
    CHECK(bench.store->load_original(bench.kept()[0].id).value().sha256() == raw(lossy).sha256());
}

TEST_CASE("a mail that takes time to compose leaves the network to others") {
    if (!worker_is_built()) return;
    Bench bench;
    std::string large = clean;
    while (large.size() < 200000) large += "one more line of a text that is long\r\n";
    HeldPool held(bench.compute);
    const auto slow = bench.take(large);
    bench.run_until([&] { return bench.count_events("message.received") == 1; });
    CHECK(begins(bench.answer_to(clean), "250 "));
    CHECK(begins(bench.answer_to(lossy), "250 "));
    CHECK_FALSE(slow->has_value());
    held.release();
    bench.run_until([&] { return slow->has_value(); });
    CHECK(begins((*slow)->line(), "250 "));
    CHECK(bench.hop.mails.size() == 3);
}

// matrix: quarantine/io
TEST_CASE("a mail whose id another kept mail has already is not kept: 451, an alarm, and nothing goes on") {
    if (!worker_is_built()) return;
    Bench bench;
    const RawMail other = raw("Subject: other\r\n\r\n");
    QuarantineItem planted = item_for(other);
    planted.id = message_id_for(raw(lossy).sha256(), bench.received(lossy).envelope);
    REQUIRE(bench.store->add(planted, other).has_value());
    CHECK(begins(bench.answer_to(lossy), "451 4.3.0 "));
    CHECK(bench.count_events("quarantine.conflict") == 1);
    CHECK(bench.count_events("message.deferred") == 1);
    CHECK(bench.hop.mails.empty());
    CHECK(bench.store->load_original(planted.id)->sha256() == other.sha256());
}

// matrix: gate/nonsense
TEST_CASE("what the gate refused stands in the quarantine as that, with the digest of the notice that left") {
    if (!worker_is_built()) return;
    // Codec and checker both taken over: a program as a picture, and nothing wrong with it.
    const WorkerProgram codec("codec.program"), checker("checker.believes");
    Bench bench(worker_program, {}, {codec.path(), checker.path()});
    CHECK(begins(bench.answer_to(mail_with_picture()), "250 "));
    QuarantineStore::Query refused;
    refused.reason = "gate_refused";
    const auto rows = bench.store->list(refused).value();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].verdict == "quarantined");
    const QuarantineItem item = bench.store->load(rows[0].id).value();
    CHECK(item.ledger.reason == Reason::gate_refused);
    CHECK(item.ledger.parts.size() == 2);
    REQUIRE(bench.hop.mails.size() == 1);
    const auto said = bench.lines_with("message.sanitized");
    REQUIRE(said.size() == 1);
    CHECK(said[0].find("\"out\":{\"bytes\":" + std::to_string(item.ledger.out_bytes) + ",\"sha256\":\"" +
                       item.ledger.out_sha256 + "\"}") != std::string::npos);
    CHECK(item.ledger.out_bytes > 0);
    CHECK(bench.count_events("\"gate.refused\"") == 1);
    CHECK(bench.hop.mails[0].find("TVqQ") == std::string::npos);  // "MZ" and what follows
}

// matrix: codec/died, codec/nonsense, checker/died, checker/nonsense, checker/refused
TEST_CASE("a picture arrives rebuilt, and when its codec or its checker fails the letter arrives without it") {
    if (!worker_is_built()) return;
    struct Row {
        std::string_view codec, checker;
        Reason reason;
        std::size_t failed, refused;
    };
    for (const Row& row :
         {Row{"honest", "real", Reason::none, 0, 0}, Row{"dies", "real", Reason::codec_died, 2, 0},
          Row{"garbage", "real", Reason::codec_nonsense, 2, 0}, Row{"original", "real", Reason::check_failed, 0, 1},
          Row{"honest", "dies", Reason::check_failed, 2, 0}, Row{"honest", "garbage", Reason::check_failed, 2, 0}}) {
        CAPTURE(row.codec, row.checker);
        const WorkerProgram codec("codec." + std::string(row.codec)), checker("checker." + std::string(row.checker));
        Bench bench(worker_program, {}, {codec.path(), checker.path()});
        CHECK(begins(bench.answer_to(mail_with_picture()), "250 "));
        REQUIRE(bench.hop.mails.size() == 1);
        const std::string& arrived = bench.hop.mails[0];
        const bool is_rebuilt = row.reason == Reason::none;
        CHECK((arrived.find("Content-Type: image/png") != std::string::npos) == is_rebuilt);
        CHECK(bench.kept().size() == (is_rebuilt ? 0 : 1));
        CHECK(bench.count_events("\"file.failed\"") == row.failed);
        CHECK(bench.count_events("\"check.refused\"") == row.refused);
        if (!is_rebuilt) CHECK(bench.store->load(bench.kept()[0].id)->ledger.parts.at(1).reason == row.reason);
    }
}

// matrix: codec/late
TEST_CASE("a codec or a checker that does not answer is killed, twice, and costs the file") {
    if (!worker_is_built()) return;
    for (const auto& [codec_name, checker_name, reason] :
         {std::tuple("codec.hangs", "checker.real", Reason::codec_late),
          std::tuple("codec.honest", "checker.hangs", Reason::check_failed)}) {
        CAPTURE(codec_name);
        const WorkerProgram codec(codec_name), checker(checker_name);
        // Long for an honest one on a busy machine, short for who waits for one that never answers.
        const auto patient = [](Config& config) { config.limits.codec.wall_clock = 1500ms; };
        Bench bench(worker_program, patient, {codec.path(), checker.path()});
        CHECK(begins(bench.answer_to(mail_with_picture()), "250 "));
        REQUIRE(bench.hop.mails.size() == 1);
        CHECK(bench.hop.mails[0].find("image/png") == std::string::npos);
        REQUIRE(bench.kept().size() == 1);
        CHECK(to_string(bench.store->load(bench.kept()[0].id)->ledger.parts.at(1).reason) == to_string(reason));
        const auto said = bench.lines_with("\"file.failed\"");
        REQUIRE(said.size() == 2);
        for (const std::string& line : said) CHECK_THAT(line, Catch::Contains("no answer in time"));
    }
}

TEST_CASE("when the time for all files of a mail is over, those without a turn stay, and the letter goes") {
    if (!worker_is_built()) return;
    for (const auto& [time, reason] : {std::pair(0s, Reason::codec_late), std::pair(90s, Reason::none)}) {
        const auto hurried = [limit = time](Config& config) { config.limits.flow.files_deadline = limit; };
        Bench bench(worker_program, hurried);
        CHECK(begins(bench.answer_to(mail_with_picture()), "250 "));
        REQUIRE(bench.hop.mails.size() == 1);
        const bool is_rebuilt = reason == Reason::none;
        CHECK((bench.hop.mails[0].find("Content-Type: image/png") != std::string::npos) == is_rebuilt);
        REQUIRE(bench.kept().size() == (is_rebuilt ? 0 : 1));
        if (!is_rebuilt) CHECK(bench.store->load(bench.kept()[0].id)->ledger.parts.at(1).reason == reason);
    }
}

// The road would have to be one that the mail takes: a codec that dies would be told.
TEST_CASE("no codec is asked about a file of a mail that is held") {
    if (!worker_is_built()) return;
    std::string mail = mail_with_picture();
    mail.insert(mail.find("\r\n\r\n--b"), "\r\nContent-Type: text/plain");
    const WorkerProgram codec("codec.dies"), checker("checker.real");
    Bench bench(worker_program, {}, {codec.path(), checker.path()});
    CHECK(begins(bench.answer_to(mail), "250 "));
    REQUIRE(bench.kept().size() == 1);
    CHECK(bench.kept()[0].reason == "duplicate_content_type");
    const QuarantineItem item = bench.store->load(bench.kept()[0].id).value();
    CHECK(item.ledger.parts.back().facts.kind == PartKind::image);  // which a codec would be asked for
    CHECK(bench.count_events("\"file.failed\"") == 0);
}

TEST_CASE("the bytes of a large file leave the network to others") {
    if (!worker_is_built()) return;
    const WorkerProgram codec("codec.large"), checker("checker.believes");
    Bench bench(worker_program, {}, {codec.path(), checker.path()});
    const auto held = std::make_unique<HeldPool>(bench.compute);
    const auto answer = bench.take(mail_with_picture());
    bool is_free = false;
    boost::asio::steady_timer timer(bench.io, 2s);
    timer.async_wait([&](boost::system::error_code) { is_free = true; });
    bench.run_until([&] { return is_free; });
    CHECK_FALSE(answer->has_value());
    held->release();
    bench.run_until([&] { return answer->has_value(); });
    CHECK(begins((*answer)->line(), "250 "));
}

TEST_CASE("an archive arrives as a ZIP of what was rebuilt of it, the rest is held and the original kept") {
    if (!worker_is_built()) return;
    std::string mail =
        "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
        "--b\r\nContent-Type: text/plain\r\n\r\nhello\r\n--b\r\nContent-Type: application/zip\r\n"
        "Content-Transfer-Encoding: base64\r\nContent-Disposition: attachment; filename=photos.zip\r\n\r\n";
    const std::string program = "MZ\x90" + std::string(500, '\0');
    append_base64_lines(mail,
                        made_zip({{"photos/a.png", sample_png()}, {"setup.exe", program}, {"b.png", sample_png()}}));
    mail += "--b--\r\n";
    Bench bench;
    CHECK(begins(bench.answer_to(mail), "250 "));
    REQUIRE(bench.hop.mails.size() == 1);
    CHECK_THAT(bench.hop.mails[0], Catch::Contains("Content-Type: application/zip"));
    CHECK_THAT(bench.hop.mails[0], !Catch::Contains("TVqQ"));
    REQUIRE(bench.kept().size() == 1);
    const auto parts = bench.store->load(bench.kept()[0].id)->ledger.parts;
    REQUIRE(parts.size() == 5);
    CHECK(parts[1].out_kind == "zip");
    CHECK(parts[1].losses.size() == 1);
    CHECK(parts[2].verdict == PartVerdict::rebuilt);
    CHECK(parts[3].reason == Reason::executable);
    CHECK(parts[4].out_name == "b.png");
    CHECK(bench.count_events("\"file.failed\"") == 0);
}

TEST_CASE("a codec or a checker that cannot be started costs the file, is said, and the letter arrives") {
    if (!worker_is_built()) return;
    for (const auto& [codec_name, checker_name, reason] :
         {std::tuple("no_template", "checker.real", Reason::codec_died),
          std::tuple("codec.honest", "no_template", Reason::check_failed)}) {
        CAPTURE(codec_name);
        const WorkerProgram codec(codec_name), checker(checker_name);
        Bench bench(worker_program, {}, {codec.path(), checker.path()});
        CHECK(begins(bench.answer_to(mail_with_picture()), "250 "));
        REQUIRE(bench.hop.mails.size() == 1);
        CHECK(bench.hop.mails[0].find("image/png") == std::string::npos);
        REQUIRE(bench.kept().size() == 1);
        CHECK(bench.store->load(bench.kept()[0].id)->ledger.parts.at(1).reason == reason);
        CHECK(bench.count_events("\"file.failed\"") == 1);
    }
}

TEST_CASE("the ledger of a kept original says what left in its place") {
    if (!worker_is_built()) return;
    Bench bench;
    const QuarantineItem item = stored_item(bench);
    REQUIRE(bench.hop.mails.size() == 1);
    std::string content = bench.hop.mails[0];
    content.resize(content.size() - 3);  // the end of data
    CHECK(item.ledger.out_bytes == content.size());
    CHECK(item.ledger.out_sha256 == raw(content).sha256());
}

// The digest library gives out in the middle of it.
// matrix: judge/internal
TEST_CASE("a mail that an exception cuts off is answered for now, has its last event, and gives everything back") {
    if (!worker_is_built()) return;
    Bench bench;
    {
        const auto answer = bench.take(lossy);
        bench.run_until([&] { return bench.count_events("message.received") == 1; });
        const DigestsFail fail;
        bench.run_until([&] { return answer->has_value(); });
        CHECK(begins((*answer)->line(), "451 4.3.0 Local error, try again later"));
    }
    CHECK(bench.count_events("message.deferred") == 1);
    CHECK(bench.count_events("\"stage\":\"judge\",\"failure\":\"internal\"") == 1);
    CHECK(bench.flow->waiting_mails() == 0);
    CHECK(bench.kept().empty());
    CHECK(bench.hop.mails.empty());
    CHECK(begins(bench.answer_to(lossy), "250 "));
    CHECK(bench.kept().size() == 1);
}
