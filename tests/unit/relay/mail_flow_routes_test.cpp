// One mail to recipients of several routes, and what the relay owes when only some of them were served.
#include "mail_flow_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

const std::vector<std::string> both{"b@city.example", "b@town.example"};

// The id in what left, as the next hop got it.
std::string field_of(const std::string& mail, const std::string& name) {
    const std::size_t at = mail.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const std::size_t begin = at + name.size() + 4;
    return mail.substr(begin, mail.find("\r\n", begin) - begin);
}

FakeScript that_answers(const std::string& verb, const std::string& words) {
    FakeScript script;
    script.answers[verb] = {words};
    return script;
}

// Retried at once, so that a test need not wait.
void retries_at_once(Config& config) { config.outbox_retry = 0s; }

}  // namespace

TEST_CASE("recipients of several routes are served in one attempt, each route by its own composition and next hop") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, [](Config& config) { config.routes[1].language = Language::en; });
    CHECK(begins(bench.answer_to(lossy, {"b@city.example", "x@town.example", "c@city.example"}), "250 2.0.0 Ok, id "));
    REQUIRE(bench.hop.mails.size() == 1);
    REQUIRE(bench.town.mails.size() == 1);
    CHECK(bench.hop.count("RCPT TO:<b@city.example>") == 1);
    CHECK(bench.hop.count("RCPT TO:<c@city.example>") == 1);
    CHECK(bench.hop.count("RCPT") == 2);
    CHECK(bench.town.count("RCPT TO:<x@town.example>") == 1);
    CHECK(bench.town.count("RCPT") == 1);
    CHECK(bench.hop.mails[0] != bench.town.mails[0]);  // the notice in the language of the route
    const auto kept = bench.kept();
    REQUIRE(kept.size() == 2);
    for (const auto& row : kept) {
        const bool city = row.route == "city.example";
        CHECK(row.recipients.size() == (city ? 2 : 1));
        CHECK((city ? bench.hop : bench.town).mails[0].find(row.id) != std::string::npos);
        CHECK(bench.count_events("\"message.delivered\",\"host\":\"test.example\",\"id\":\"" + row.id) == 1);
    }
    CHECK(bench.owed().empty());
    CHECK(bench.flow->waiting_mails() == 0);
}

TEST_CASE("forty-one routes are served in one attempt") {
    if (!worker_is_built()) return;
    std::vector<std::string> to;
    Bench bench(worker_program, [&](Config& config) {
        const Route model = config.routes[1];
        config.routes.clear();
        for (int i = 0; i < 41; ++i) {
            Route route = model;
            route.domains = {"town" + std::to_string(i) + ".example"};
            config.routes.push_back(route);
            to.push_back("b@" + route.domains[0]);
        }
    });
    CHECK(begins(bench.answer_to(clean, to), "250 2.0.0 Ok, id "));
    CHECK(bench.town.mails.size() == 41);
    CHECK(bench.count_events("message.delivered") == 41);
    for (const std::string& recipient : to) CHECK(bench.town.count("RCPT TO:<" + recipient + ">") == 1);
}

TEST_CASE("what a sender asked about one recipient goes with that recipient, whatever its route") {
    if (!worker_is_built()) return;
    Bench bench;
    FakeScript with_dsn;
    with_dsn.answers["EHLO"] = {"250-fake\r\n250-PIPELINING\r\n250 DSN\r\n"};
    bench.hop.scripts = {with_dsn};
    bench.town.scripts = {with_dsn};
    ReceivedMail mail = bench.received(clean, {"b@city.example", "x@town.example", "c@city.example"});
    mail.envelope.dsn.envid = "E1";
    mail.envelope.recipient_dsn.resize(2);
    mail.envelope.recipient_dsn[0].notify = "NEVER";
    mail.envelope.recipient_dsn[1].notify = "SUCCESS";
    CHECK(begins(bench.wait_for(bench.flow->take(std::move(mail))).line(), "250 "));
    CHECK(bench.hop.count("RCPT TO:<b@city.example> NOTIFY=NEVER") == 1);
    CHECK(bench.town.count("RCPT TO:<x@town.example> NOTIFY=SUCCESS") == 1);
    const auto& said = bench.hop.commands;
    CHECK(std::find(said.begin(), said.end(), "RCPT TO:<c@city.example>") != said.end());
    CHECK(bench.town.count("MAIL FROM:<a@example.com> ENVID=E1") == 1);
}

// matrix: deliver/partly
TEST_CASE("when one route is served and another is not, the rest becomes the relay's own before it says 250") {
    if (!worker_is_built()) return;
    const std::string content = GENERATE_COPY(values({clean, lossy}));
    const std::string failure = GENERATE("451 4.3.0 later\r\n", "554 5.7.1 no\r\n", "");
    CAPTURE(failure);
    Bench bench(worker_program, [&](Config& config) {
        retries_at_once(config);
        config.limits.next_hop.final_reply_timeout = 1s;
    });
    bench.town.scripts = {that_answers(".", failure), FakeScript{}};
    CHECK(begins(bench.answer_to(content, both), "250 2.0.0 Ok, delivered in part; the rest is kept and tried again"));
    REQUIRE(bench.hop.mails.size() == 1);
    auto owed = bench.owed();
    REQUIRE(owed.size() == 1);
    CHECK(owed[0].order.kind == OrderKind::rest);
    CHECK(owed[0].order.recipients == std::vector<MailAddress>{address("b@town.example")});
    CHECK(owed[0].order.valid_until - owed[0].order.ordered_at == std::chrono::hours(5 * 24));
    const QuarantineItem item = bench.store->load(owed[0].order.item_id).value();
    CHECK(item.original_sha256 == raw(content).sha256());
    CHECK(bench.count_events("message.delivered") == 1);
    CHECK(bench.count_events("message.owed") == 1);
    const std::string first_try = bench.town.mails.at(0);

    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.owed().empty(); });
    bench.run_until([&] { return bench.kept().size() == (content == clean ? 0u : 2u); });
    REQUIRE(bench.town.mails.size() == 2);
    CHECK(bench.town.mails[1] == first_try);  // as at the first delivery: same Message-ID, no words of a release
    CHECK(bench.hop.mails.size() == 1);       // no second copy to those served
    CHECK(bench.count_events("message.delivered") == 2);
    CHECK(bench.count_events("\"quarantine.delivered\"") == 1);
}

TEST_CASE("when no route is served nothing is kept, and 5xx is said only when every route was refused for good") {
    if (!worker_is_built()) return;
    Bench bench;
    const bool for_good = GENERATE(true, false);
    bench.hop.scripts = {that_answers(".", "554 5.7.1 no\r\n")};
    bench.town.scripts = {that_answers(".", for_good ? "554 5.7.1 no\r\n" : "451 4.3.0 later\r\n")};
    CHECK(begins(bench.answer_to(lossy, both), for_good ? "554 5.7.1 " : "451 4.3.0 "));
    CHECK(bench.kept().empty());
    CHECK(bench.owed().empty());
    CHECK(bench.count_events("message.owed") == 0);
    // Of a mail that will come again nobody says that it is refused.
    CHECK(bench.count_events("message.refused") == (for_good ? 2 : 0));
    CHECK(bench.count_events("message.deferred") == (for_good ? 0 : 2));
}

TEST_CASE("all routes are judged before anything is delivered: refused by all is 5xx, refused by one is held there") {
    if (!worker_is_built()) return;
    const bool by_all = GENERATE(true, false);
    Bench bench(worker_program, [&](Config& config) {
        Profile strict;
        strict.name = "strict";
        strict.actions.fill(PartAction::refuse);
        config.profiles.emplace("strict", WrittenProfile{strict, {}});
        config.routes[1].profile = "strict";
        if (by_all) config.routes[0].profile = "strict";
    });
    const std::string answer = bench.answer_to(lossy, both);
    if (by_all) {
        CHECK(begins(answer, "554 5.7.1 Refused by policy"));
        CHECK(bench.kept().empty());
        CHECK(bench.hop.connections + bench.town.connections == 0);
        CHECK(bench.count_events("message.refused") == 2);
        return;
    }
    CHECK(begins(answer, "250 "));
    CHECK(bench.hop.mails.size() == 1);
    REQUIRE(bench.town.mails.size() == 1);
    QuarantineStore::Query held;
    held.route = "town.example";
    const auto rows = bench.store->list(held).value();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].verdict == "quarantined");
    CHECK(rows[0].reason == "policy_refuse");
}

TEST_CASE("a rest that cannot be written down is the sender's: 451, and the event says who gets a second copy") {
    if (!worker_is_built()) return;
    Bench bench;
    bench.town.scripts = {that_answers(".", "451 4.3.0 later\r\n")};
    SECTION("no order can be written") { std::filesystem::create_directory(bench.folder / "outbox/lock"); }
    SECTION("no original can be kept") { std::filesystem::remove_all(bench.folder / "quarantine/tmp"); }
    CHECK(begins(bench.answer_to(clean, both), "451 4.3.0 "));
    CHECK(bench.hop.mails.size() == 1);
    CHECK(bench.owed().empty());
    CHECK(bench.kept().empty());
    const auto deferred = bench.lines_with("message.deferred");
    REQUIRE(deferred.size() == 1);
    CHECK(deferred[0].find("get it again with the same Message-ID") != std::string::npos);
    const std::string first_id = field_of(bench.hop.mails[0], "Message-ID");
    std::filesystem::remove(bench.folder / "outbox/lock");
    std::filesystem::create_directory(bench.folder / "quarantine/tmp");
    CHECK(begins(bench.answer_to(clean, both), "250 2.0.0 Ok, delivered in part"));
    REQUIRE(bench.hop.mails.size() == 2);
    CHECK(field_of(bench.hop.mails[1], "Message-ID") == first_id);
}

TEST_CASE("the same rest that comes again is the same order: its recipients get it once") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, retries_at_once);
    bench.town.scripts = {that_answers(".", "451 4.3.0 later\r\n"), that_answers(".", "451 4.3.0 later\r\n"),
                          FakeScript{}};
    CHECK(begins(bench.answer_to(clean, both), "250 "));
    CHECK(begins(bench.answer_to(clean, both), "250 "));  // its first 250 was lost on the way
    REQUIRE(bench.owed().size() == 1);
    REQUIRE(bench.kept().size() == 1);
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.owed().empty() && bench.kept().empty(); });
    CHECK(bench.town.mails.size() == 3);  // two that were not taken
}

// matrix: release/expired, release/refused
TEST_CASE("a rest that cannot be delivered is given up, never silently: it stays to be seen, with its original") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, retries_at_once);
    bench.town.scripts = {that_answers(".", "451 4.3.0 later\r\n")};
    CHECK(begins(bench.answer_to(clean, both), "250 "));
    REQUIRE(bench.owed().size() == 1);
    const std::string id = bench.owed()[0].order.order_id;
    std::string failure;
    SECTION("its time is over") {
        failure = "expired";
        auto outbox = Outbox::open(bench.folder / "outbox").value();
        const auto aged = outbox.change(id, [](OwedOrder& owed) { owed.order.valid_until = owed.order.ordered_at; });
        REQUIRE(aged.has_value());
    }
    SECTION("its recipient is refused for good") {
        failure = "refused";
        bench.town.scripts = {that_answers("RCPT", "550 5.1.1 gone\r\n")};
    }
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.owed().at(0).state == OwedOrder::State::failed; });
    const auto said = bench.lines_with("\"final\":true");
    REQUIRE(said.size() == 1);
    CHECK(said[0].find("\"kind\":\"rest\"") != std::string::npos);
    CHECK(said[0].find("\"failure\":\"" + failure + "\"") != std::string::npos);
    CHECK(bench.kept().size() == 1);
    bench.run_until([&] { return busy.clerk.orders().failed == 1; });
    MetricsText text;
    bench.events->metrics().write_to(text);
    const std::string metrics = std::move(text).take();
    CHECK_THAT(metrics, Catch::Contains("mugaika_orders_given_up_total{kind=\"rest\"} 1\n") &&
                            Catch::Contains("mugaika_owed_total{failure=\"refused_for_now\"} 1\n"));
}

TEST_CASE("of a rest those are served who can be: a recipient who is gone does not stop the others") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, retries_at_once);
    bench.town.scripts = {that_answers(".", "451 4.3.0 later\r\n"), FakeScript{}};
    CHECK(begins(bench.answer_to(clean, {"b@city.example", "gone@town.example", "here@town.example"}), "250 "));
    FakeScript one_gone;
    one_gone.answers["RCPT"] = {"550 5.1.1 gone\r\n"};
    bench.town.scripts = {one_gone, FakeScript{}};
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.owed().at(0).state == OwedOrder::State::failed; });
    REQUIRE(bench.owed().size() == 1);
    CHECK(bench.owed()[0].order.recipients == std::vector<MailAddress>{address("gone@town.example")});
    CHECK(bench.town.mails.size() == 2);
    CHECK(bench.kept().size() == 1);
}

TEST_CASE("an original that a person's order needs stays when the rest it was kept for is served") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, retries_at_once);
    bench.town.scripts = {that_answers(".", "451 4.3.0 later\r\n"), FakeScript{}};
    CHECK(begins(bench.answer_to(clean, both), "250 "));
    const QuarantineItem item = bench.store->load(bench.owed().at(0).order.item_id).value();
    ReleaseOrder later = order_for(item);
    later.ordered_at += 1h;  // not due yet
    REQUIRE(Outbox::open(bench.folder / "outbox")->add(later).has_value());
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.owed().size() == 1; });
    for (int i = 0; i < 20; ++i) bench.io.run_one_for(10ms);
    CHECK(bench.kept().size() == 1);
    CHECK(bench.town.mails.size() == 2);
}

// A next hop that takes one recipient a mail, and fails at the second one.
TEST_CASE("of one route, those whom the next hop took are served, and the others become the relay's own") {
    if (!worker_is_built()) return;
    const std::string content = GENERATE_COPY(values({clean, lossy}));
    Bench bench(worker_program, retries_at_once);
    FakeScript one_a_mail;
    one_a_mail.recipients_max = 1;
    bench.hop.scripts = {one_a_mail, that_answers(".", "451 4.3.0 later\r\n"), FakeScript{}};
    CHECK(begins(bench.answer_to(content, {"b@city.example", "c@city.example"}), "250 2.0.0 Ok, delivered in part"));
    REQUIRE(bench.owed().size() == 1);
    CHECK(bench.owed()[0].order.recipients == std::vector<MailAddress>{address("c@city.example")});
    const auto delivered = bench.lines_with("message.delivered");
    REQUIRE(delivered.size() == 1);
    CHECK(delivered[0].find("\"to\":[\"b@city.example\"]") != std::string::npos);
    const auto owed = bench.lines_with("message.owed");
    REQUIRE(owed.size() == 1);
    CHECK(owed[0].find("\"to\":[\"c@city.example\"]") != std::string::npos);

    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.owed().empty(); });
    bench.run_until([&] { return bench.kept().size() == (content == clean ? 0u : 1u); });
    REQUIRE(bench.hop.mails.size() == 3);  // the second was not taken
    CHECK(bench.hop.mails[2] == bench.hop.mails[0]);
    CHECK(bench.hop.count("RCPT TO:<b@city.example>") == 1);
}

TEST_CASE("an original that those served were told of stays when the rest cannot be written down") {
    if (!worker_is_built()) return;
    Bench bench;
    FakeScript one_a_mail;
    one_a_mail.recipients_max = 1;
    bench.hop.scripts = {one_a_mail, that_answers(".", "451 4.3.0 later\r\n")};
    std::filesystem::create_directory(bench.folder / "outbox/lock");
    CHECK(begins(bench.answer_to(lossy, {"b@city.example", "c@city.example"}), "451 4.3.0 "));
    CHECK(bench.kept().size() == 1);
}

TEST_CASE("whom a release reached is not reached again when it is tried for the others") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, retries_at_once);
    CHECK(begins(bench.answer_to(lossy, {"b@city.example", "c@city.example"}), "250 2.0.0 Ok, id "));
    const QuarantineItem item = bench.store->load(bench.kept().at(0).id).value();
    REQUIRE(Outbox::open(bench.folder / "outbox")->add(order_for(item)).has_value());
    FakeScript one_a_mail;
    one_a_mail.recipients_max = 1;
    // Two questions at RCPT, then two transactions.
    bench.hop.scripts = {FakeScript{}, FakeScript{}, one_a_mail, that_answers(".", "451 4.3.0 later\r\n"),
                         FakeScript{}};
    const std::size_t before = bench.hop.mails.size();
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.owed().empty(); });
    CHECK(bench.count_events("quarantine.release_failed") == 1);
    REQUIRE(bench.hop.mails.size() == before + 3);
    CHECK(bench.kept().size() == 1);
    const auto delivered = bench.lines_with("message.delivered");
    REQUIRE(delivered.size() == 3);
    CHECK(delivered[1].find("\"to\":[\"b@city.example\"]") != std::string::npos);
    CHECK(delivered[2].find("\"to\":[\"c@city.example\"]") != std::string::npos);
}

TEST_CASE("what was held because others of the mail were served is held again when it is tried later") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, [](Config& config) {
        retries_at_once(config);
        Profile strict;
        strict.name = "strict";
        strict.actions.fill(PartAction::refuse);
        config.profiles.emplace("strict", WrittenProfile{strict, {}});
        config.routes[1].profile = "strict";
    });
    bench.town.scripts = {that_answers(".", "451 4.3.0 later\r\n"), FakeScript{}};
    CHECK(begins(bench.answer_to(lossy, both), "250 2.0.0 Ok, delivered in part"));
    const BusyClerk busy(bench, 1ms);
    bench.run_until([&] { return bench.owed().empty(); });
    REQUIRE(bench.town.mails.size() == 2);
    CHECK(bench.town.mails[1] == bench.town.mails[0]);
    CHECK(bench.kept().size() == 2);
}

TEST_CASE("when the rest of one route cannot be written down, what was written for another is taken back") {
    if (!worker_is_built()) return;
    Bench bench(worker_program, [](Config& config) {
        Route village = config.routes[1];
        village.domains = {"village.example"};
        config.routes.push_back(village);
    });
    bench.town.scripts = {that_answers(".", "451 4.3.0 later\r\n")};
    smtp::Envelope its;
    its.sender = address("a@example.com");
    its.recipients = {address("b@village.example")};
    const std::string order_id = message_id_for("rest of " + message_id_for(raw(clean).sha256(), its), its);
    std::filesystem::create_directory(bench.folder / ("outbox/" + order_id + ".order"));  // cannot be read as a file
    const auto to = {"b@city.example", "b@town.example", "b@village.example"};
    CHECK(begins(bench.answer_to(clean, {to.begin(), to.end()}), "451 4.3.0 "));
    CHECK(bench.hop.mails.size() == 1);
    CHECK(bench.owed().empty());
    CHECK(bench.kept().empty());
}
