#include "relay/quarantine/outbox.hpp"

#include <catch2/catch.hpp>
#include <fstream>

#include "quarantine_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

ReleaseOrder order_for(const std::string& order_id) {
    ReleaseOrder order;
    order.order_id = order_id;
    order.item_id = "0123456789abcdef";
    order.parts = {"2", "3/1"};
    order.recipients = {address("shimin@city.example.lg.jp")};
    order.person = "情報政策課 山田";
    order.reason = "内容を確認し問題なし";
    order.ordered_at = std::chrono::system_clock::time_point(std::chrono::seconds(1763600000));
    order.valid_until = order.ordered_at + std::chrono::hours(24);
    return order;
}

}  // namespace

TEST_CASE("an order survives in its file until it is done") {
    const Folder folder;
    {
        auto outbox = Outbox::open(folder / "outbox").value();
        REQUIRE(outbox.add(order_for("aaaaaaaaaaaaaaaa")).has_value());
    }
    auto outbox = Outbox::open(folder / "outbox").value();
    const auto owed = outbox.list().value();
    REQUIRE(owed.size() == 1);
    CHECK(owed[0].order.parts == std::vector<std::string>{"2", "3/1"});
    CHECK(owed[0].order.person == "情報政策課 山田");
    CHECK(owed[0].order.valid_until == order_for("aaaaaaaaaaaaaaaa").valid_until);
    CHECK(owed[0].state == OwedOrder::State::waiting);
    REQUIRE(outbox.done("aaaaaaaaaaaaaaaa").has_value());
    CHECK(outbox.list().value().empty());
    CHECK_FALSE(outbox.done("aaaaaaaaaaaaaaaa").has_value());
}

TEST_CASE("attempts and the next try are kept; adding the same order again changes nothing") {
    const Folder folder;
    auto outbox = Outbox::open(folder / "outbox").value();
    REQUIRE(outbox.add(order_for("aaaaaaaaaaaaaaaa")).has_value());
    OwedOrder owed = outbox.list().value().at(0);
    owed.attempts = 3;
    owed.last_words = "451 4.4.1 Next hop not reachable";
    owed.state = OwedOrder::State::failed;
    REQUIRE(outbox.update(owed).has_value());
    REQUIRE(outbox.add(order_for("aaaaaaaaaaaaaaaa")).has_value());
    const OwedOrder again = outbox.list().value().at(0);
    CHECK(again.attempts == 3);
    CHECK(again.state == OwedOrder::State::failed);
    CHECK(again.last_words == owed.last_words);
}

TEST_CASE("AC-241 AC-254 an order that cannot be read is moved aside, never deleted, and the others go on") {
    const Folder folder;
    auto outbox = Outbox::open(folder / "outbox").value();
    REQUIRE(outbox.add(order_for("aaaaaaaaaaaaaaaa")).has_value());
    const char* bad[] = {"", "{}", "[1]", "{\"version\":2}", "not json"};
    int number = 0;
    for (const char* text : bad) std::ofstream(folder / ("outbox/bad" + std::to_string(number++) + ".order")) << text;
    CHECK(outbox.list().value().size() == 1);
    CHECK(outbox.list().value().size() == 1);
    for (int i = 0; i < number; ++i) {
        CHECK(std::filesystem::exists(folder / ("outbox/aside/bad" + std::to_string(i) + ".order")));
    }
}

TEST_CASE("waiting grows from a minute to an hour") {
    CHECK(Outbox::back_off(1) == std::chrono::seconds(60));
    CHECK(Outbox::back_off(2) == std::chrono::seconds(120));
    CHECK(Outbox::back_off(7) == std::chrono::seconds(3600));
    CHECK(Outbox::back_off(4000000000u) == std::chrono::seconds(3600));
}

TEST_CASE("order ids have the form of message ids and differ") {
    CHECK(is_message_id(make_order_id()));
    CHECK(make_order_id() != make_order_id());
}
