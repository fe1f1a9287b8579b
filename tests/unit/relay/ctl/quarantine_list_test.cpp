#include "kept_mails.hpp"
#include "policy/reason.hpp"
#include "relay/log/timestamp.hpp"

using namespace mugaika;
using ctl::Exit;

namespace {

// Ids in the order they are listed.
std::vector<std::string> listed(const Kept& kept, std::vector<std::string> more) {
    more.insert(more.begin(), {"quarantine", "list", "--json"});
    const Ran ran = kept.run(more);
    CAPTURE(ran.err);
    REQUIRE(ran.exit == Exit::done);
    std::vector<std::string> ids;
    for (const auto& row : json_lines(ran.out)) ids.emplace_back(row.at("id").as_string());
    return ids;
}

boost::json::object row_of(const Kept& kept, const std::string& id) {
    const auto rows = json_lines(kept.run({"quarantine", "list", "--json", "--text", id}).out);
    REQUIRE(rows.size() == 1);
    return rows[0];
}

using Ids = std::vector<std::string>;

}  // namespace

TEST_CASE(
    "the list says of each mail whether it was ordered, released or given up, by whom and when, and finds it by that") {
    const Kept kept;
    const auto release = [&](const std::string& id, const std::string& person) {
        REQUIRE(kept.run({"quarantine", "release", id, "--reason", "r", "--by", person}).exit == Exit::done);
    };
    CHECK(listed(kept, {"--state", "kept"}) == Ids{kept.first, kept.second});
    CHECK(row_of(kept, kept.first).at("state") == "kept");
    CHECK_FALSE(row_of(kept, kept.first).contains("state_by"));

    release(kept.first, "山田");
    CHECK(listed(kept, {"--state", "ordered"}) == Ids{kept.first});
    CHECK(listed(kept, {"--state", "kept"}) == Ids{kept.second});
    CHECK(row_of(kept, kept.first).at("state_by") == "山田");

    kept.deliver(kept.orders().at(0));
    CHECK(listed(kept, {"--state", "released"}) == Ids{kept.first});
    CHECK(listed(kept, {"--state", "ordered"}).empty());
    CHECK(listed(kept, {"--state", "kept"}) == Ids{kept.second});
    const auto released = row_of(kept, kept.first);
    CHECK(released.at("state") == "released");
    CHECK(released.at("released_by") == "山田");
    CHECK(moment_from_rfc3339(std::string(released.at("released").as_string())).has_value());
    CHECK_THAT(kept.run({"quarantine", "list"}).out,
               Catch::Contains("STATE") && Catch::Contains("released 20") && Catch::Contains("山田"));
    const auto shown = json_lines(kept.run({"quarantine", "show", kept.first, "--json"}).out).at(0);
    CHECK(shown.at("releases").as_array().at(0).at("person") == "山田");
    CHECK_THAT(kept.run({"quarantine", "show", kept.first}).out,
               Catch::Contains("released") && Catch::Contains("by 山田 (r) to a@city.example.lg.jp"));

    // Ordered once more, it is ordered; given up, it is released still.
    REQUIRE(kept.run({"quarantine", "release", kept.first, "--reason", "r", "--by", "佐藤", "--again"}).exit ==
            Exit::done);
    CHECK(listed(kept, {"--state", "ordered"}) == Ids{kept.first});
    CHECK(listed(kept, {"--state", "released"}).empty());
    auto outbox = Outbox::open(kept.config().outbox_dir()).value();
    const auto give_up = [&](const OwedOrder& owed) {
        REQUIRE(outbox.change(owed.order.order_id, [](OwedOrder& now) { now.state = OwedOrder::State::failed; })
                    .has_value());
    };
    give_up(kept.orders().at(0));
    CHECK(listed(kept, {"--state", "released"}) == Ids{kept.first});
    release(kept.second, "鈴木");
    give_up(kept.orders().at(1));
    CHECK(listed(kept, {"--state", "failed"}) == Ids{kept.second});
    CHECK(listed(kept, {"--state", "kept"}).empty());
    CHECK(row_of(kept, kept.second).at("state_by") == "鈴木");
    CHECK(kept.run({"quarantine", "list", "--state", "relesed"}).exit == Exit::usage);
    CHECK_THAT(kept.run({"quarantine", "list", "--state", "relesed"}).err,
               Catch::Contains("did you mean \"released\"?"));
}

TEST_CASE("mails are found by the reason of any of their parts and by the name of a file") {
    const Kept kept;
    const std::string third =
        kept.keep("A: b\r\n\r\n", "c@city.example.lg.jp", std::chrono::hours(2), [](QuarantineItem& item) {
            PartRow row = item.ledger.parts[0];
            row.facts.path = "3";
            row.facts.name = "Keiyaku.ZIP";
            row.reason = Reason::encrypted;
            item.ledger.parts.push_back(row);
        });
    CHECK(listed(kept, {"--reason", "encrypted"}) == Ids{third});
    CHECK(listed(kept, {"--reason", "not_rebuilt"}) == Ids{kept.first, third, kept.second});
    CHECK(listed(kept, {"--reason", "readings_differ"}).size() == 3);
    CHECK(listed(kept, {"--file", "keiyaku.zip"}) == Ids{third});
    CHECK(listed(kept, {"--file", "見積"}).size() == 3);
    CHECK(listed(kept, {"--file", "sender"}).empty());
    CHECK(row_of(kept, third).at("files") == boost::json::array{"見積書.pdf", "Keiyaku.ZIP"});
    CHECK(row_of(kept, third).at("reasons") == boost::json::array{"readings_differ", "not_rebuilt", "encrypted"});
}

TEST_CASE("mails are found by sender, recipient, subject, Message-ID and by who ordered or released them") {
    const Kept kept;
    const std::string third = kept.keep("A: b\r\n\r\n", "zaisei@city.example.lg.jp", std::chrono::hours(2),
                                        [](QuarantineItem& item) { item.message_id = "77@example.com"; });
    CHECK(listed(kept, {"--sender", "SENDER@"}).size() == 3);
    CHECK(listed(kept, {"--recipient", "zaisei"}) == Ids{third});
    CHECK(listed(kept, {"--subject", "見積"}).size() == 3);
    CHECK(listed(kept, {"--subject", "zaisei"}).empty());
    CHECK(listed(kept, {"--message-id", "<77@example.com>"}) == Ids{third});
    CHECK(row_of(kept, third).at("message_id") == "77@example.com");
    CHECK(json_lines(kept.run({"quarantine", "show", third, "--json"}).out).at(0).at("message_id") == "77@example.com");
    CHECK_THAT(kept.run({"quarantine", "show", third}).out, Catch::Contains("<77@example.com>"));
    CHECK(listed(kept, {"--person", "山田"}).empty());
    for (const std::string& id : {kept.first, third}) {
        REQUIRE(kept.run({"quarantine", "release", id, "--reason", "r", "--by", "山田"}).exit == Exit::done);
    }
    kept.deliver(kept.orders().at(0));
    CHECK(listed(kept, {"--person", "山田"}) == Ids{kept.first, third});  // released, and ordered
    CHECK(listed(kept, {"--person", "山田", "--state", "ordered"}).size() == 1);
    CHECK(listed(kept, {"--person", "山田", "--state", "released"}).size() == 1);
    CHECK(listed(kept, {"--person", "山田", "--state", "kept"}).empty());
    CHECK(listed(kept, {"--person", "山田", "--limit", "1"}) == Ids{kept.first});
    CHECK(listed(kept, {"--person", "佐藤"}).empty());
    const Ran ran = kept.run({"quarantine", "list", "--text", std::string(1001, 'a')});
    CHECK(ran.exit == Exit::usage);
    CHECK_THAT(ran.err, Catch::Contains("at most 1000 characters"));
}

TEST_CASE("a list goes on where the page before ended, as text and as JSON") {
    const Kept kept;
    const Ran text = kept.run({"quarantine", "list", "--limit", "1"});
    CHECK_THAT(text.out, Catch::Contains(kept.first) && !Catch::Contains(kept.second) && !Catch::Contains("--page"));
    const std::size_t at = text.err.find("--page ");
    REQUIRE(at != std::string::npos);
    const std::string key = text.err.substr(at + 7, 16);
    CHECK(row_of(kept, kept.first).at("page").as_string() == key);
    CHECK(listed(kept, {"--limit", "1", "--page", key}) == Ids{kept.second});
    CHECK(listed(kept, {"--limit", "2"}) == Ids{kept.first, kept.second});
    CHECK(kept.run({"quarantine", "list", "--limit", "2"}).err.empty());
    CHECK(kept.run({"quarantine", "list", "--limit", "1", "--page", key}).err.empty());
    for (const std::string& wrong : {std::string("1"), key + "0", "-" + key.substr(1), std::string("ffffffffffffffff"),
                                     std::string("00000000000000G0"), std::string("\x1b[2J")}) {
        const Ran ran = kept.run({"quarantine", "list", "--page", wrong});
        CHECK(ran.exit == Exit::usage);
        CHECK_THAT(ran.err, Catch::Contains("is no page") && !Catch::Contains("\x1b"));
    }
}

TEST_CASE("an unknown reason is answered with the nearest and with all reasons in both languages") {
    const Kept kept;
    const Ran ran = kept.run({"quarantine", "list", "--reason", "encrpyted"});
    CHECK(ran.exit == Exit::usage);
    CHECK(ran.out.empty());
    CHECK_THAT(ran.err,
               Catch::Contains("\"encrpyted\" is no reason") && Catch::Contains("did you mean \"encrypted\"?"));
    for (std::uint32_t number = 0; number < reason_count; ++number) {
        const Reason reason = *reason_from_number(number);
        CHECK_THAT(ran.err, Catch::Contains(std::string(to_string(reason))) &&
                                Catch::Contains(std::string(english(reason))) &&
                                Catch::Contains(std::string(japanese(reason))));
    }
    CHECK_THAT(kept.run({"quarantine", "list", "--reason", "\x1b[2J"}).err, !Catch::Contains("\x1b"));
}

TEST_CASE("the list is made again from the mails") {
    const Kept kept;
    for (const char* end : {"", "-wal", "-shm"})
        std::filesystem::remove(kept.path(std::string("state/quarantine/index.sqlite.v3") + end));
    CHECK(kept.run({"quarantine", "reindex"}).out == "kept mails in the index: 2\n");
    std::filesystem::remove(kept.path("state/quarantine/items/" + kept.first + ".item"));
    CHECK(kept.run({"quarantine", "reindex"}).out == "kept mails in the index: 1\n");
    CHECK(listed(kept, {}) == Ids{kept.second});
}

TEST_CASE("what a later version wrote about a mail is shown in its words") {
    const Kept kept;
    const std::string later =
        kept.keep("A: b\r\n\r\n", "c@city.example.lg.jp", std::chrono::hours(2), [](QuarantineItem& item) {
            item.ledger.findings = {Reason::none};
            item.ledger.later_words = {{"/reason", "later_reason"},        {"/findings/0", "later_finding"},
                                       {"/parts/0/kind", "later_kind"},    {"/parts/0/action", "later_action"},
                                       {"/parts/0/reason", "later_cause"}, {"/verdict", "later_verdict"}};
        });
    const std::string text = kept.run({"quarantine", "show", later}).out;
    const std::string json = kept.run({"quarantine", "show", later, "--json"}).out;
    for (const char* word :
         {"later_reason", "later_finding", "later_kind", "later_action", "later_cause", "later_verdict"}) {
        CHECK_THAT(text, Catch::Contains(word));
        CHECK_THAT(json, Catch::Contains(word));
    }
    CHECK_THAT(kept.run({"quarantine", "list"}).out,
               Catch::Contains("later_reason") && Catch::Contains("later_verdict"));
}
