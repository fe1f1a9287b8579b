// Stored mails on their way again, by order.
#include "mail_flow_fixture.hpp"
#include "tests/support/file_lies.hpp"

using namespace mugaika;
using namespace mugaika::test;

// matrix: release/malformed, release/refused, release/refused_for_now, release/unavailable, release/nonsense
TEST_CASE("an order that can never be carried out is given up, one that may be later is not") {
    if (!worker_is_built()) return;
    Bench bench;
    const QuarantineItem item = stored_item(bench);
    const auto original = bench.store->load_original(item.id).value();
    ReleaseOrder order = order_for(item);
    const auto ended = [&] { return bench.wait_for(bench.flow->release(order, item, original)); };
    const auto is_row = [](const FlowEnd& end, Failure failure, Ending ending) {
        return !end.delivered && end.outcome != nullptr && end.outcome->stage == Stage::release &&
               end.outcome->failure == failure && end.outcome->ending == ending;
    };
    SECTION("to recipients of two routes") {
        order.recipients.push_back(address("b@town.example"));
        CHECK(is_row(ended(), Failure::malformed, Ending::give_up));
    }
    SECTION("to a recipient who is gone") {
        bench.script("RCPT", {"550 5.1.1 gone\r\n"});
        CHECK(is_row(ended(), Failure::refused, Ending::give_up));
    }
    SECTION("to a recipient who is refused for now") {
        bench.script("RCPT", {"450 4.2.0 later\r\n"});
        CHECK(is_row(ended(), Failure::refused_for_now, Ending::retry_later));
    }
    SECTION("to a recipient who was refused a moment ago, so that nobody is asked again") {
        bench.script("RCPT", {"550 5.1.1 gone\r\n", "250 2.1.5 Ok\r\n"});
        CHECK(begins(bench.answer_to_recipient("b@city.example"), "550 "));
        CHECK(is_row(ended(), Failure::refused, Ending::give_up));
    }
    SECTION("while no next hop can be reached") {
        bench.hop.close();
        CHECK(is_row(ended(), Failure::unavailable, Ending::retry_later));
    }
    SECTION("while there is no room for another mail") {
        bench.config.limits.reserve.disk_free_min = ReserveReading::plenty;
        bench.reserve.take_up({1, ReserveReading::plenty});
        bench.flow->use(std::make_shared<const Config>(bench.config));
        CHECK(is_row(ended(), Failure::unavailable, Ending::retry_later));
    }
    SECTION("of what the gate does not let out") {
        bench.config.hostname = "mx.city.example\r\nBcc: x@evil.example";
        bench.flow->use(std::make_shared<const Config>(bench.config));
        CHECK(is_row(ended(), Failure::nonsense, Ending::give_up));
    }
    CHECK(bench.hop.mails.size() == 1);
    CHECK(bench.kept().size() == 1);
}

TEST_CASE(
    "AC-152 files that a password opened leave as at a first delivery, under our tag; what is held keeps their item") {
    if (!worker_is_built()) return;
    Bench bench;
    QuarantineItem item = stored_item(bench);
    item.unlocked_from = "0123456789abcdefghjkmnpqrs";
    const auto original = bench.store->load_original(item.id).value();
    ReleaseOrder order = order_for(item);
    order.kind = OrderKind::unlock;
    const FlowEnd end = bench.wait_for(bench.flow->release(order, item, original));
    CHECK(end.delivered);
    CHECK(end.needs_item);
    const std::string& mail = bench.hop.mails.back();
    CHECK_THAT(mail, Catch::Contains("unlocked=0123456789abcdefghjkmnpqrs"));
    CHECK(mail.find("order=") == std::string::npos);
}

namespace {

// A kept mail whose text file a scanner forbade. No scanner is asked any more: what is made of it is the order's doing.
QuarantineItem item_with_malware(Bench& bench, MailVerdict verdict) {
    const std::string mail =
        "From: a@example.com\r\nSubject: x\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; "
        "boundary=b\r\n\r\n--b\r\n"
        "Content-Type: text/plain\r\n\r\nthe letter\r\n--b\r\nContent-Type: text/plain\r\nContent-Disposition: "
        "attachment; filename=found.txt\r\n\r\nwhat was found\r\n--b--\r\n";
    const RawMail original = raw(mail);
    QuarantineItem item = item_for(original, "b@city.example");
    item.ledger.verdict = verdict;
    item.ledger.parts[0].facts = {"2", "text/plain", "text/plain", PartKind::text, "found.txt", true, 14};
    item.ledger.parts[0].sha256 = sha256_hex("what was found");
    item.ledger.parts[0].reason = Reason::malware_found;
    REQUIRE(bench.store->add(item, original).has_value());
    return item;
}

}  // namespace

// matrix: release/refused
TEST_CASE("an order that was written by hand lets nothing cross that a scanner forbade: given up, nothing sent") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, [](Config& config) { config.profiles["standard"].base.release_originals = true; });
    const QuarantineItem item = item_with_malware(bench, MailVerdict::sanitized);
    ReleaseOrder order = order_for(item);
    order.parts = GENERATE(std::vector<std::string>{"2"}, std::vector<std::string>{});
    REQUIRE(Outbox::open(bench.folder / "outbox")->add(order).has_value());
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.owed().at(0).state == OwedOrder::State::failed; });
    CHECK_THAT(bench.owed()[0].last_words, Catch::Contains("part 2") && Catch::Contains("a scanner found malware"));
    const auto failed = bench.lines_with("quarantine.release_failed");
    REQUIRE(failed.size() == 1);
    CHECK(failed[0].find("\"failure\":\"refused\"") != std::string::npos);
    CHECK(bench.hop.mails.empty());
}

TEST_CASE("what a scanner found when a kept mail was judged again crosses by no later order either") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, [](Config& config) { config.profiles["standard"].base.release_originals = true; });
    const QuarantineItem item = stored_item(bench);
    RerunNote run;
    run.order_id = make_order_id();
    run.person = "mugaika-relay";
    run.stays = {{"2", Reason::malware_found}};
    REQUIRE(bench.store->note_rerun(item.id, run).has_value());
    ReleaseOrder order = order_for(item);
    order.parts = {"2"};
    REQUIRE(Outbox::open(bench.folder / "outbox")->add(order).has_value());
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.owed().at(0).state == OwedOrder::State::failed; });
    CHECK_THAT(bench.owed()[0].last_words, Catch::Contains("a scanner found malware"));
    CHECK(bench.hop.mails.size() == 1);
}

TEST_CASE("a letter that had not arrived is released without what a scanner forbade, also where none is asked now") {
    if (!worker_is_built()) return;
    Bench bench;
    const QuarantineItem item = item_with_malware(bench, MailVerdict::quarantined);
    const auto original = bench.store->load_original(item.id).value();
    ReleaseOrder order = order_for(item);
    CHECK(bench.wait_for(bench.flow->release(order, item, original)).delivered);
    REQUIRE(bench.hop.mails.size() == 1);
    CHECK(bench.hop.mails[0].find("filename") == std::string::npos);
    CHECK(bench.lines_with("\"message.sanitized\"").at(0).find("malware_found") != std::string::npos);
    // The same mail, had nothing been found: the file comes.
    QuarantineItem other = item;
    other.ledger.parts[0].reason = Reason::codec_late;
    CHECK(bench.wait_for(bench.flow->release(order, other, original)).delivered);
    REQUIRE(bench.hop.mails.size() == 2);
    CHECK(bench.hop.mails[1].find("filename=\"found.txt\"") != std::string::npos);
}

TEST_CASE("AC-107 a release believes whom the relay believed when the mail came, and nobody else") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, [](Config& config) { config.authentication_results_from = {"mx.upstream.example"}; });
    const bool trusted = GENERATE(true, false);
    ReceivedMail mail = bench.received("Authentication-Results: mx.upstream.example; spf=pass\r\n" + lossy);
    mail.from_trusted_hop = trusted;
    CHECK(begins(bench.wait_for(bench.flow->take(std::move(mail))).line(), "250 "));
    // Whom the configuration believes by now says nothing about what came before.
    bench.config.authentication_results_from = {trusted ? "mx.other.example" : "mx.upstream.example"};
    bench.flow->use(std::make_shared<const Config>(bench.config));
    REQUIRE(bench.kept().size() == 1);
    const QuarantineItem item = bench.store->load(bench.kept()[0].id).value();
    const auto original = bench.store->load_original(item.id).value();
    const ReleaseOrder order = order_for(item);
    CHECK(bench.wait_for(bench.flow->release(order, item, original)).delivered);
    REQUIRE(bench.hop.mails.size() == 2);
    for (const std::string& sent : bench.hop.mails) {
        const bool said =
            sent.find("X-Mugaika-Authentication: by=mx.upstream.example; spf=pass\r\n") != std::string::npos;
        CHECK(said == trusted);
    }
}

// matrix: release/io, release/unavailable, release/expired
TEST_CASE("the clerk tries again what the disk or the next hop stopped, and gives up what is too late") {
    if (!worker_is_built()) return;
    Bench bench;
    const QuarantineItem item = stored_item(bench);
    ReleaseOrder order = order_for(item);
    auto outbox = Outbox::open(bench.folder / "outbox");
    REQUIRE(outbox.has_value());
    auto state = OwedOrder::State::waiting;
    std::string failure = "io";
    SECTION("the item cannot be read") {
        const std::string path = bench.folder / "quarantine/items/" + item.id + ".item";
        std::filesystem::remove(path);
        std::filesystem::create_directory(path);
    }
    SECTION("the next hop is not there") {
        bench.hop.close();
        failure = "unavailable";
    }
    SECTION("the order is past its date") {
        order.valid_until = order.ordered_at - 1s;
        state = OwedOrder::State::failed;
        failure = "expired";
    }
    REQUIRE(outbox->add(order).has_value());
    auto looking = Outbox::open(bench.folder / "outbox");
    const BusyClerk busy(bench, 1h);
    bench.run_until([&] { return looking->list().value().at(0).attempts == 1; });
    CHECK(looking->list().value()[0].state == state);
    CHECK(bench.count_events("quarantine.release_failed") == 1);
    CHECK(bench.count_events("\"stage\":\"release\",\"failure\":\"" + failure + "\"") == 1);
    CHECK(bench.hop.mails.size() == 1);
}

TEST_CASE("AC-240 an order that was delivered and that the disk does not let go of is not carried out again") {
    if (!worker_is_built()) return;
    Bench bench;
    const QuarantineItem item = stored_item(bench);
    ReleaseOrder order = order_for(item);
    ReleaseOrder second = order_for(item);
    order.ordered_at -= 1s;  // looked at first
    auto outbox = Outbox::open(bench.folder / "outbox");
    REQUIRE(outbox.has_value());
    auto commands = Outbox::open(bench.folder / "outbox");
    std::filesystem::create_directory(bench.folder / "outbox/lock");  // cannot be opened as a file: nothing is removed
    REQUIRE(outbox->add(order).has_value());
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.count_events("quarantine.release_failed") == 1; });
    REQUIRE(commands->add(second).has_value());
    bench.run_until([&] { return bench.count_events("quarantine.release_failed") == 2; });
    CHECK(bench.count_events("quarantine.delivered") == 2);
    CHECK(bench.hop.mails.size() == 3);  // with the notice
    std::filesystem::remove(bench.folder / "outbox/lock");
    bench.run_until([&] { return commands->list().value().empty(); });
    CHECK(bench.hop.mails.size() == 3);
    // Each release stands beside the mail that it released.
    const auto releases = bench.store->releases(item.id).value();
    REQUIRE(releases.size() == 2);
    CHECK(releases[0].order_id == order.order_id);
    CHECK(releases[1].order_id == second.order_id);
    CHECK(bench.kept().at(0).release->person == "yamada");
}

// A worker that is wholly taken over, asked for part 2 of a kept mail. Its answers agree with themselves.
// matrix: release/nonsense
TEST_CASE("a release carries what was kept, whatever a taken-over worker gives: given up, an alarm, nothing sent") {
    const ReleaseLie lie = GENERATE(from_range(release_lies()));
    CAPTURE(lie.name);
    const WorkerProgram program(lie.name);
    Bench bench(program.path(), [](Config& config) { config.profiles["standard"].base.release_originals = true; });
    const RawMail original = raw(clean);
    QuarantineItem item = item_for(original, "b@city.example");
    item.ledger.parts = lie.kept.parts;
    REQUIRE(bench.store->add(item, original).has_value());
    ReleaseOrder order = order_for(item);
    order.parts = {"2"};
    auto outbox = Outbox::open(bench.folder / "outbox").value();
    REQUIRE(outbox.add(order).has_value());
    const BusyClerk busy(bench, 1ms);
    if (lie.honest) {
        bench.run_until([&] { return bench.owed().empty(); });
        REQUIRE(bench.hop.mails.size() == 1);
        CHECK(bench.hop.mails[0].find(released_file_in_base64) != std::string::npos);
        return;
    }
    bench.run_until([&] { return bench.owed().at(0).state == OwedOrder::State::failed; });
    const auto failed = bench.lines_with("quarantine.release_failed");
    REQUIRE(failed.size() == 1);
    CHECK(failed[0].find("\"stage\":\"release\",\"failure\":\"nonsense\"") != std::string::npos);
    CHECK(failed[0].find("\"final\":true") != std::string::npos);
    CHECK(bench.count_events("\"gate.refused\"") == 1);
    CHECK(bench.hop.mails.empty());
    CHECK(bench.hop.count("DATA") == 0);
    CHECK(bench.store->load(item.id).has_value());
}

// matrix: release/internal
TEST_CASE("an exception in one order is told, counted and tried again, and stops no other order") {
    if (!worker_is_built()) return;
    Bench bench;
    const QuarantineItem item = stored_item(bench);
    auto outbox = Outbox::open(bench.folder / "outbox").value();
    const ReleaseOrder order = order_for(item);
    REQUIRE(outbox.add(order).has_value());
    const BusyClerk busy(bench, 1ms);
    {
        bench.run_until([&] { return bench.hop.count("RCPT") == 2; });  // asked before anything is digested
        const DigestsFail fail;
        bench.run_until([&] { return bench.owed().at(0).attempts == 1; });
    }
    CHECK(bench.count_events("\"stage\":\"release\",\"failure\":\"internal\"") == 1);
    CHECK(bench.tasks.faults()["releases"] == 1);
    CHECK(bench.faults.size() == 1);
    CHECK(bench.owed().at(0).state == OwedOrder::State::waiting);
    CHECK(bench.tasks.not_running(TaskLedger::Clock::now()).empty());
    CHECK(bench.hop.mails.size() == 1);

    const ReleaseOrder second = order_for(item);
    REQUIRE(outbox.add(second).has_value());
    bench.run_until([&] { return bench.count_events("quarantine.delivered") == 1; });
    CHECK(bench.hop.mails.size() == 2);
}

TEST_CASE("a look at the outbox that fails is told once, shown, and followed by others") {
    Bench bench;
    const BusyClerk busy(bench, 1ms);
    const auto runs = [&] { return bench.tasks.not_running(TaskLedger::Clock::now()).empty(); };
    std::filesystem::rename(bench.folder / "outbox", bench.folder / "gone");
    bench.run_until([&] { return !runs(); });
    bench.run_until([&] { return bench.tasks.faults()["releases"] >= 3 && bench.tasks.faults()["reruns"] >= 3; });
    CHECK(bench.faults.size() == 2);  // of each task its own
    std::filesystem::rename(bench.folder / "gone", bench.folder / "outbox");
    bench.run_until(runs);
}

TEST_CASE("an order is not tried before its time, and at its time it is") {
    if (!worker_is_built()) return;
    Bench bench;
    const QuarantineItem item = stored_item(bench);
    ReleaseOrder first = order_for(item);
    first.ordered_at -= 1s;
    const ReleaseOrder second = order_for(item);
    auto outbox = Outbox::open(bench.folder / "outbox").value();
    REQUIRE(outbox.add(first).has_value());
    REQUIRE(outbox.add(second).has_value());
    const auto try_first_at = [&](std::chrono::system_clock::time_point moment) {
        REQUIRE(outbox.change(first.order_id, [&](OwedOrder& owed) { owed.next_try = moment; }).has_value());
    };
    try_first_at(std::chrono::system_clock::now() + 1h);
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.count_events("quarantine.delivered") == 1; });
    CHECK(bench.count_events(second.order_id) == 1);  // though the first one stands before it
    REQUIRE(outbox.load(first.order_id).has_value());
    CHECK(outbox.load(first.order_id)->attempts == 0);
    try_first_at(std::chrono::system_clock::now());
    bench.run_until([&] { return bench.count_events("quarantine.delivered") == 2; });
    CHECK(bench.hop.mails.size() == 3);
}

TEST_CASE("an order that was held after it was listed is not carried out, and waiting grows with every try") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, [](Config& config) { config.outbox_retry = 60s; });
    const QuarantineItem item = stored_item(bench);
    ReleaseOrder first = order_for(item);
    first.ordered_at -= 1s;
    ReleaseOrder second = order_for(item);
    auto outbox = Outbox::open(bench.folder / "outbox").value();
    REQUIRE(outbox.add(first).has_value());
    REQUIRE(outbox.add(second).has_value());
    bench.script("RCPT", {"450 4.2.0 later\r\n"});
    const BusyClerk busy(bench, 1h);
    bench.run_until([&] { return bench.hop.count("RCPT") == 2; });  // b was verified when the mail came
    const auto held = outbox.change(second.order_id, [](OwedOrder& owed) { owed.state = OwedOrder::State::held; });
    REQUIRE(held.has_value());
    bench.run_until([&] { return outbox.load(first.order_id)->attempts == 1; });
    for (int i = 0; i < 20; ++i) bench.io.run_one_for(10ms);
    const OwedOrder tried = outbox.load(first.order_id).value();
    CHECK(tried.next_try > std::chrono::system_clock::now() + 30s);
    CHECK(outbox.load(second.order_id)->attempts == 0);
    CHECK(bench.hop.count("RCPT") == 2);
}

TEST_CASE("what the next hop refuses for good at the end of an order's data is not tried again") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, [](Config& config) { config.outbox_retry = 0s; });
    const QuarantineItem item = stored_item(bench);
    REQUIRE(Outbox::open(bench.folder / "outbox")->add(order_for(item)).has_value());
    bench.script(".", {"554 5.7.1 no\r\n"});
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.owed().at(0).state == OwedOrder::State::failed; });
    CHECK(bench.owed().at(0).attempts == 1);
    CHECK(bench.hop.mails.size() == 2);
}

TEST_CASE("a file that was late is rebuilt when its mail is released") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, [](Config& config) { config.limits.flow.files_deadline = 0s; });
    CHECK(begins(bench.answer_to(mail_with_picture()), "250 "));
    REQUIRE(bench.kept().size() == 1);
    const QuarantineItem item = bench.store->load(bench.kept()[0].id).value();
    CHECK(item.ledger.parts.at(1).reason == Reason::codec_late);
    bench.config.limits.flow.files_deadline = 90s;
    bench.flow->use(std::make_shared<const Config>(bench.config));
    const auto original = bench.store->load_original(item.id).value();
    const ReleaseOrder order = order_for(item);  // of no part: the mail is read and rebuilt once more
    CHECK(bench.wait_for(bench.flow->release(order, item, original)).delivered);
    REQUIRE(bench.hop.mails.size() == 2);
    CHECK(bench.hop.mails[0].find("Content-Type: image/png") == std::string::npos);
    CHECK(bench.hop.mails[1].find("Content-Type: image/png") != std::string::npos);
}
