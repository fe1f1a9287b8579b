#include "ctl_fixture.hpp"
#include "relay/quarantine/outbox.hpp"

using namespace mugaika;
using ctl::Exit;

namespace {

// An outbox with two orders, as `quarantine release` would have written them.
class Owing : public CtlFixture {
public:
    Owing() {
        std::filesystem::create_directory(path("state"));
        add(first);
        add(second);
    }
    Outbox outbox() const { return Outbox::open(config().outbox_dir()).value(); }
    OwedOrder order(const std::string& id) const { return outbox().load(id).value(); }
    OwedOrder::State state(const std::string& id) const { return order(id).state; }

    const std::string first = "aaaaaaaaaaaaaaaa";
    const std::string second = "bbbbbbbbbbbbbbbb";

private:
    void add(const std::string& id) const {
        ReleaseOrder order;
        order.order_id = id;
        order.item_id = "0123456789abcdef";
        order.recipients = {address("a@city.example.lg.jp")};
        order.person = "yamada";
        order.reason = "電話で確認";
        order.ordered_at = std::chrono::system_clock::now() - std::chrono::hours(1);
        order.valid_until = order.ordered_at + std::chrono::hours(24);
        REQUIRE(outbox().add(order).has_value());
    }
};

}  // namespace

TEST_CASE("an order is shown whole, as text and as JSON Lines") {
    const Owing owing;
    const Ran text = owing.run({"queue", "show", owing.first});
    CHECK(text.exit == Exit::done);
    CHECK_THAT(text.out, Catch::Contains("state") && Catch::Contains("waiting") && Catch::Contains("電話で確認") &&
                             Catch::Contains("a@city.example.lg.jp"));
    const auto shown = json_lines(owing.run({"queue", "show", "ALL", "--json"}).out);
    REQUIRE(shown.size() == 2);
    CHECK(shown[1].at("order").as_string() == owing.second);
}

TEST_CASE("the rest of a delivery is told apart from a person's release") {
    const Owing owing;
    ReleaseOrder rest = owing.order(owing.first).order;
    rest.order_id = "cccccccccccccccc";
    rest.kind = OrderKind::rest;
    auto outbox = owing.outbox();
    REQUIRE(outbox.owe(rest, rest.ordered_at).has_value());
    CHECK_THAT(owing.run({"queue", "list"}).out,
               Catch::Contains("KIND") && Catch::Contains("rest") && Catch::Contains("release"));
    CHECK_THAT(owing.run({"queue", "show", rest.order_id}).out, Catch::Contains("rest: others have the mail"));
    CHECK_THAT(owing.run({"queue", "show", owing.first}).out, Catch::Contains("release: a person let it through"));
    CHECK(json_lines(owing.run({"queue", "show", rest.order_id, "--json"}).out)[0].at("kind") == "rest");
}

TEST_CASE("an order is held, seen as held, and released, each with an event that names the person") {
    const Owing owing;
    CHECK_THAT(owing.run({"queue", "hold", owing.first, "--by", "sato"}).out, Catch::Contains(owing.first + "  held"));
    CHECK(owing.state(owing.first) == OwedOrder::State::held);
    CHECK(owing.state(owing.second) == OwedOrder::State::waiting);
    CHECK(json_lines(owing.run({"queue", "list", "--json"}).out)[0].at("state") == "held");
    CHECK_THAT(owing.run({"queue", "list"}).out, Catch::Contains("held"));

    CHECK(owing.run({"queue", "release", owing.first}).exit == Exit::done);
    CHECK(owing.state(owing.first) == OwedOrder::State::waiting);
    const auto events = owing.events();
    REQUIRE(events.size() == 2);
    CHECK(events[0].at("event") == "queue.held");
    CHECK(events[0].at("order").as_string() == owing.first);
    CHECK(events[0].at("person") == "sato");
    CHECK(events[1].at("event") == "queue.released");
    CHECK(events[1].at("person") == "tester");
}

TEST_CASE("flush makes waiting and failed orders due, and leaves held ones to release") {
    const Owing owing;
    auto outbox = owing.outbox();
    const auto later = std::chrono::system_clock::now() + std::chrono::hours(1);
    REQUIRE(outbox.change(owing.first, [&](OwedOrder& owed) { owed.next_try = later; }).has_value());
    REQUIRE(outbox.change(owing.second, [](OwedOrder& owed) { owed.state = OwedOrder::State::failed; }).has_value());
    CHECK(owing.run({"queue", "flush", "ALL"}).exit == Exit::done);
    for (const std::string& id : {owing.first, owing.second}) {
        CHECK(owing.state(id) == OwedOrder::State::waiting);
        CHECK(owing.order(id).next_try <= std::chrono::system_clock::now());
    }
    REQUIRE(owing.run({"queue", "hold", owing.first}).exit == Exit::done);
    const Ran held = owing.run({"queue", "flush", owing.first});
    CHECK(held.exit == Exit::refused);
    CHECK_THAT(held.err, Catch::Contains("is held") && Catch::Contains("mugaika queue release"));
    CHECK(owing.state(owing.first) == OwedOrder::State::held);
    CHECK(owing.events().size() == 3);
}

TEST_CASE("what cannot be done in the order's state is refused without an event") {
    const Owing owing;
    CHECK(owing.run({"queue", "release", owing.first}).exit == Exit::refused);
    auto outbox = owing.outbox();
    REQUIRE(outbox.change(owing.first, [](OwedOrder& owed) { owed.state = OwedOrder::State::failed; }).has_value());
    CHECK(owing.run({"queue", "hold", owing.first}).exit == Exit::refused);
    CHECK(owing.state(owing.first) == OwedOrder::State::failed);
    CHECK(owing.events().empty());
}

TEST_CASE("deleting an order needs a reason and leaves who and why in the log") {
    const Owing owing;
    CHECK(owing.run({"queue", "delete", owing.first}).exit == Exit::usage);
    CHECK(owing.run({"queue", "delete", "-", "--reason", "手で送付", "--by", "sato"}, owing.first + "  x\n").exit ==
          Exit::done);
    CHECK(owing.outbox().list()->size() == 1);
    const auto events = owing.events();
    REQUIRE(events.size() == 1);
    CHECK(events[0].at("event") == "queue.deleted");
    CHECK(events[0].at("why") == "手で送付");
    CHECK(events[0].at("person") == "sato");
    CHECK(events[0].at("id") == "0123456789abcdef");
    CHECK(owing.run({"queue", "delete", owing.first, "--reason", "r"}).exit == Exit::refused);
    CHECK(owing.run({"queue", "hold", "all"}).exit == Exit::usage);
    CHECK_THAT(owing.run({"queue", "hold", "x"}).err, Catch::Contains("`mugaika queue list`"));
}

TEST_CASE("without a log that takes the event no order is changed") {
    const Owing owing;
    std::filesystem::create_directory(owing.path("events.jsonl"));
    CHECK(owing.run({"queue", "hold", "ALL"}).exit == Exit::cannot_write);
    CHECK(owing.state(owing.first) == OwedOrder::State::waiting);
}
