#include <boost/json/serialize.hpp>

#include "kept_mails.hpp"
#include "relay/log/ledger_json.hpp"

using namespace mugaika;
using ctl::Exit;

namespace {

const std::string_view original = Kept::original;

}  // namespace

TEST_CASE("kept mails are listed newest first, as a table and as JSON Lines") {
    const Kept kept;
    const Ran text = kept.run({"quarantine", "list"});
    CHECK(text.exit == Exit::done);
    CHECK_THAT(text.out,
               Catch::StartsWith("ID") && Catch::Contains("見積書の件") && Catch::Contains("readings_differ"));
    CHECK(text.out.find(kept.first) < text.out.find(kept.second));
    const auto rows = json_lines(kept.run({"quarantine", "list", "--json"}).out);
    REQUIRE(rows.size() == 2);
    CHECK(rows[0].at("id").as_string() == kept.first);
    CHECK(rows[0].at("from") == "sender@example.com");
    CHECK(rows[0].at("to") == boost::json::array{"a@city.example.lg.jp"});
    CHECK(json_lines(kept.run({"quarantine", "list", "--json", "--limit", "1"}).out).size() == 1);
    CHECK(json_lines(kept.run({"quarantine", "list", "--json", "--text", "b@city"}).out).size() == 1);
    CHECK(json_lines(kept.run({"quarantine", "list", "--json", "--reason", "encrypted"}).out).empty());
    CHECK(kept.run({"quarantine", "list", "--until", "soon"}).exit == Exit::usage);
}

TEST_CASE("a kept mail is shown with its reasons in Japanese and English, and who looked is in the log") {
    const Kept kept;
    const Ran ran = kept.run({"quarantine", "show", kept.first, "--by", "yamada"});
    CHECK(ran.exit == Exit::done);
    CHECK_THAT(ran.out, Catch::Contains("二通りの読み方で構造が異なる / two readings of the structure differ") &&
                            Catch::Contains("見積書.pdf") && Catch::Contains("sender@example.com"));
    const auto events = kept.events();
    REQUIRE(events.size() == 1);
    CHECK(events[0].at("event") == "quarantine.viewed");
    CHECK(events[0].at("id").as_string() == kept.first);
    CHECK(events[0].at("person") == "yamada");
    const auto shown = json_lines(kept.run({"quarantine", "show", kept.first, "--json"}).out);
    REQUIRE(shown.size() == 1);
    CHECK(ledger_from_json(shown[0].at("ledger").as_object()).has_value());
}

TEST_CASE("ids come from arguments, from standard input or by ALL in capitals, and are checked") {
    const Kept kept;
    const auto shown = [&](std::vector<std::string> ids, const std::string& input = "") {
        ids.insert(ids.begin(), {"quarantine", "show", "--json"});
        return kept.run(ids, input);
    };
    CHECK(json_lines(shown({kept.first, kept.second}).out).size() == 2);
    CHECK(json_lines(shown({"ALL"}).out).size() == 2);
    CHECK(json_lines(shown({"-"}, kept.first + "  2026-11-20 and more\n\n" + kept.second + "\n").out).size() == 2);
    for (const char* wrong : {"all", "../../etc/passwd", "\x1b[2J", "0123456789abcde", "*", ""}) {
        CAPTURE(wrong);
        const Ran ran = shown({wrong});
        CHECK(ran.exit == Exit::usage);
        CHECK(ran.err.find('\x1b') == std::string::npos);
    }
    const Ran unknown = shown({"0123456789abcdef", kept.first});
    CHECK(unknown.exit == Exit::refused);
    CHECK(json_lines(unknown.out).size() == 1);  // the other one is shown all the same
}

TEST_CASE("the received bytes are written to a file with a warning, and never to a terminal") {
    const Kept kept;
    const Ran ran = kept.run({"quarantine", "cat", kept.first, "--original"});
    CHECK(ran.exit == Exit::done);
    CHECK(ran.out == original);
    CHECK_THAT(ran.err, Catch::Contains("unchecked"));
    CHECK(kept.events().back().at("what") == "original");
    const Ran refused = kept.run({"quarantine", "cat", kept.first, "--original"}, "", true);
    CHECK(refused.exit == Exit::usage);
    CHECK(refused.out.empty());
    CHECK(kept.events().size() == 1);
    CHECK(kept.run({"quarantine", "cat", "ALL"}).exit == Exit::usage);
}

TEST_CASE("AC-255 the text of a kept mail is shown without its escapes") {
    if (!worker_is_there()) return;
    const Kept kept;
    const Ran ran = kept.run({"quarantine", "cat", kept.first});
    CAPTURE(ran.err);
    CHECK(ran.exit == Exit::done);
    CHECK_THAT(ran.out, Catch::Contains("Subject: x\n") && Catch::Contains("hello"));
    CHECK(ran.out.find('\x1b') == std::string::npos);
}

TEST_CASE("a release is a durable order and an event that says who, to whom and why") {
    const Kept kept;
    const Ran ran =
        kept.run({"quarantine", "release", kept.first, "--reason", "電話で確認", "--by", "yamada", "--days", "3"});
    CAPTURE(ran.err);
    CHECK(ran.exit == Exit::done);
    const auto orders = kept.orders();
    REQUIRE(orders.size() == 1);
    const ReleaseOrder& order = orders[0].order;
    CHECK(order.item_id == kept.first);
    CHECK(order.recipients == std::vector<MailAddress>{address("a@city.example.lg.jp")});
    CHECK(order.parts.empty());
    CHECK(order.person == "yamada");
    CHECK(order.reason == "電話で確認");
    CHECK(order.valid_until - order.ordered_at == std::chrono::days(3));
    REQUIRE(kept.events().size() == 1);
    CHECK(kept.events()[0].at("event") == "quarantine.released");
    CHECK(kept.events()[0].at("order").as_string() == order.order_id);

    const auto listed = json_lines(kept.run({"queue", "list", "--json"}).out);
    REQUIRE(listed.size() == 1);
    CHECK(listed[0].at("order").as_string() == order.order_id);
    CHECK(listed[0].at("state") == "waiting");
    CHECK_THAT(kept.run({"queue", "list"}).out, Catch::Contains(kept.first) && Catch::Contains("yamada"));
}

TEST_CASE("original parts are refused unless the profile releases them and the mail has them") {
    const Kept kept;
    const std::vector<std::string> ask{"quarantine", "release", kept.first, "--parts", "2", "--reason", "r"};
    const Ran refused = kept.run(ask);
    CHECK(refused.exit == Exit::refused);
    CHECK_THAT(refused.err,
               Catch::Contains("release_originals = true under [profile.standard] in " + kept.config_file()) &&
                   Catch::Contains("reload") && Catch::Contains("mugaika quarantine export " + kept.first));
    CHECK(kept.orders().empty());
    CHECK(kept.events().empty());
    kept.configure("[profile.standard]\nrelease_originals = true\n");
    CHECK(kept.run(ask).exit == Exit::done);
    CHECK(kept.orders().at(0).order.parts == std::vector<std::string>{"2"});
    CHECK(kept.run({"quarantine", "release", kept.first, "--parts", "2,3", "--reason", "r"}).exit == Exit::refused);
}

TEST_CASE("a part that is no file of its own is not ordered, and the command says what to do instead") {
    Kept kept;
    kept.configure("[profile.standard]\nrelease_originals = true\n");
    const std::string id = kept.keep(
        "Subject: y\r\n\r\nhello\r\n", "c@city.example.lg.jp", std::chrono::hours(1), [](QuarantineItem& item) {
            const auto row = [](std::string path, PartKind kind) {
                PartRow one;
                one.facts.path = std::move(path);
                one.facts.kind = kind;
                one.reason = Reason::not_rebuilt;
                return one;
            };
            item.ledger.parts = {row("1", PartKind::text), row("2", PartKind::archive), row("2/1", PartKind::pdf),
                                 row("3", PartKind::executable), row("4", PartKind::mail)};
        });
    const auto released = [&](const std::string& parts) {
        return kept.run({"quarantine", "release", id, "--parts", parts, "--reason", "r"});
    };
    for (const auto& [part, words] : std::vector<std::pair<std::string, std::string>>{
             {"1", "text of the mail"}, {"2/1", "archive that is part 2"}, {"3", "program"}, {"4", "a mail"}}) {
        INFO(part);
        const Ran ran = released(part);
        CHECK(ran.exit == Exit::refused);
        CHECK_THAT(ran.err, Catch::Contains("part " + part + " of mail") && Catch::Contains(words));
        CHECK(released("2," + part).exit == Exit::refused);
    }
    CHECK(kept.orders().empty());
    CHECK(released("2").exit == Exit::done);
}

TEST_CASE("a release goes only to domains of one route, and says what it does not understand") {
    const Kept kept;
    kept.configure("[[route]]\ndomains = [\"town.example.lg.jp\"]\nnext_hop = [\"127.0.0.1:1\"]\n");
    const auto release = [&](std::vector<std::string> more) {
        more.insert(more.begin(), {"quarantine", "release", kept.first});
        return kept.run(more).exit;
    };
    CHECK(release({"--reason", "r", "--rcpt", "x@elsewhere.example"}) == Exit::refused);
    CHECK(release({"--reason", "r", "--rcpt", "x@city.example.lg.jp", "--rcpt", "x@town.example.lg.jp"}) ==
          Exit::refused);
    CHECK(release({"--reason", "r", "--rcpt", "x y@city.example.lg.jp"}) == Exit::usage);
    CHECK(release({"--reason", ""}) == Exit::usage);
    CHECK(release({"--reason", "two\nlines"}) == Exit::usage);
    CHECK(release({"--reason", "r", "--by", "\x1b[2J"}) == Exit::usage);
    CHECK(kept.orders().empty());
    CHECK(release({"--reason", "r", "--rcpt", "x@town.example.lg.jp"}) == Exit::done);
}

TEST_CASE("a mail is deleted for a reason only; then it is gone and the log says by whom and why") {
    const Kept kept;
    for (const std::vector<std::string>& reason :
         {std::vector<std::string>{}, {"--reason", ""}, {"--reason", "a\nb"}}) {
        std::vector<std::string> command{"quarantine", "delete", kept.first};
        command.insert(command.end(), reason.begin(), reason.end());
        const Ran ran = kept.run(command);
        CHECK(ran.exit == Exit::usage);
        CHECK_THAT(ran.err, Catch::Contains("--reason"));
    }
    CHECK(kept.items() == 2);
    CHECK(kept.events().empty());
    CHECK(kept.run({"quarantine", "delete", kept.first, "--reason", "spam"}).exit == Exit::done);
    CHECK(kept.items() == 1);
    REQUIRE(kept.events().size() == 1);
    CHECK(kept.events()[0].at("event") == "quarantine.deleted");
    CHECK(kept.events()[0].at("person") == "tester");
    CHECK(kept.events()[0].at("why") == "spam");
}

TEST_CASE("a mail that an order still needs is not deleted: the rest of a delivery would be lost") {
    const Kept kept;
    auto outbox = Outbox::open(kept.config().outbox_dir()).value();
    ReleaseOrder rest;
    rest.order_id = make_order_id();
    rest.item_id = kept.first;
    rest.kind = OrderKind::rest;
    rest.recipients = {address("a@city.example.lg.jp")};
    rest.person = "mugaika-relay";
    REQUIRE(outbox.add(rest).has_value());
    REQUIRE(kept.run({"quarantine", "release", kept.second, "--reason", "r"}).exit == Exit::done);
    const Ran ran = kept.run({"quarantine", "delete", "ALL", "--reason", "r"});
    CHECK(ran.exit == Exit::refused);
    CHECK_THAT(ran.err, Catch::Contains("is needed for order " + rest.order_id));
    CHECK(kept.items() == 2);
    const auto in_state = [&](const char* state) {
        return json_lines(kept.run({"quarantine", "list", "--json", "--state", state}).out).size();
    };
    CHECK(in_state("owed") == 1);
    CHECK(in_state("ordered") == 1);
    CHECK(in_state("kept") == 0);
    REQUIRE(kept.run({"queue", "delete", "ALL", "--reason", "r"}).exit == Exit::done);
    CHECK(kept.run({"quarantine", "delete", "ALL", "--reason", "r"}).exit == Exit::done);
    CHECK(kept.items() == 0);
}

TEST_CASE("saboteur: without a log that can be written nothing is shown, released or deleted") {
    const Kept kept;
    std::filesystem::create_directory(kept.path("events.jsonl"));
    for (const auto& command :
         std::vector<std::vector<std::string>>{{"quarantine", "show", kept.first},
                                               {"quarantine", "cat", kept.first, "--original"},
                                               {"quarantine", "release", kept.first, "--reason", "r"},
                                               {"quarantine", "delete", kept.first, "--reason", "r"},
                                               {"quarantine", "purge"}}) {
        CAPTURE(command);
        const Ran ran = kept.run(command);
        CHECK(ran.exit == Exit::cannot_write);
        CHECK(ran.out.empty());
        CHECK_THAT(ran.err, Catch::Contains("nothing was done"));
    }
    CHECK(kept.items() == 2);
    CHECK(kept.orders().empty());
}

TEST_CASE("purge deletes what is too old, unless an order waits for it, and --dry-run only says so") {
    const Kept kept;
    const Ran dry = kept.run({"quarantine", "purge", "--dry-run"});
    CHECK(dry.exit == Exit::done);
    CHECK_THAT(dry.out, Catch::Contains(kept.second) && Catch::Contains("would be deleted"));
    CHECK(dry.out.find(kept.first) == std::string::npos);
    CHECK(kept.items() == 2);
    CHECK(kept.events().empty());

    REQUIRE(kept.run({"quarantine", "release", kept.second, "--reason", "r"}).exit == Exit::done);
    CHECK_THAT(kept.run({"quarantine", "purge"}).out, Catch::Contains("stays"));
    CHECK(kept.items() == 2);
    auto outbox = Outbox::open(kept.config().outbox_dir());
    REQUIRE(outbox->remove(kept.orders().at(0).order.order_id).has_value());
    CHECK_THAT(kept.run({"quarantine", "purge"}).out, Catch::Contains("deleted"));
    CHECK(kept.items() == 1);
    CHECK(kept.events().back().at("event") == "quarantine.expired");
    CHECK(kept.events().back().at("uid") == 1000);
}

TEST_CASE("purge says what it did, also when that is nothing") {
    const Kept kept;
    const std::string of = "older than 90 days (originals_days): ";
    CHECK_THAT(kept.run({"quarantine", "purge", "--dry-run"}).out,
               Catch::EndsWith(of + "1; would be deleted: 1; stay for an order: 0\n"));
    REQUIRE(kept.run({"quarantine", "release", kept.second, "--reason", "r"}).exit == Exit::done);
    CHECK_THAT(kept.run({"quarantine", "purge"}).out, Catch::EndsWith(of + "1; deleted: 0; stay for an order: 1\n"));
    REQUIRE(kept.run({"queue", "delete", "ALL", "--reason", "r"}).exit == Exit::done);
    CHECK_THAT(kept.run({"quarantine", "purge"}).out, Catch::EndsWith(of + "1; deleted: 1; stay for an order: 0\n"));
    CHECK(kept.run({"quarantine", "purge"}).out == of + "0; deleted: 0; stay for an order: 0\n");
}

TEST_CASE("status counts items and orders") {
    const Kept kept;
    kept.run({"quarantine", "release", kept.first, "--reason", "r"});
    const auto status = json_lines(kept.run({"quarantine", "status", "--json"}).out);
    REQUIRE(status.size() == 1);
    CHECK(status[0].at("items") == 2);
    CHECK(status[0].at("orders_waiting") == 1);
    CHECK(status[0].at("orders_failed") == 0);
    CHECK_THAT(kept.run({"quarantine", "status"}).out, Catch::Contains("items 2\n"));
}

TEST_CASE("all of it works while a relay owns the quarantine") {
    const Kept kept;
    const auto relay = kept.open(QuarantineStore::Access::relay);
    CHECK(json_lines(kept.run({"quarantine", "list", "--json"}).out).size() == 2);
    CHECK(kept.run({"quarantine", "show", kept.first}).exit == Exit::done);
    CHECK(kept.run({"quarantine", "release", kept.first, "--reason", "r"}).exit == Exit::done);
    CHECK(kept.run({"quarantine", "delete", kept.second, "--reason", "r"}).exit == Exit::done);
    CHECK(relay->list({})->size() == 1);
}

TEST_CASE("a quarantine that is not there is said with what to do") {
    const CtlFixture fixture;
    std::filesystem::create_directory(fixture.path("state"));
    const Ran ran = fixture.run({"quarantine", "list"});
    CHECK(ran.exit == Exit::unavailable);
    CHECK_THAT(ran.err, Catch::Contains("mugaika-relay makes it"));
}
