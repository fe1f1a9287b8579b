#include "relay/quarantine/release_notes.hpp"

#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>

#include "quarantine_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;
using Clock = std::chrono::system_clock;

namespace {

const std::string item_id = "0123456789abcdefghjkmnpqrs";
const Clock::time_point noon = Clock::time_point(std::chrono::milliseconds(1763600000123));

ReleaseOrder order_of(const std::string& person, const std::string& order_id) {
    ReleaseOrder order;
    order.order_id = order_id;
    order.item_id = item_id;
    order.parts = {"2"};
    order.recipients = {address("a@city.example.lg.jp"), address("b@city.example.lg.jp")};
    order.person = person;
    order.reason = "電話で確認";
    return order;
}

}  // namespace

TEST_CASE("each release of a mail is noted once, oldest first, for the owner's eyes") {
    const Folder folder;
    const ReleaseNotes notes(folder.path());
    CHECK(notes.of(item_id)->empty());
    CHECK(notes.item_ids().empty());
    REQUIRE(notes.add(order_of("山田", "order1"), noon).has_value());
    REQUIRE(notes.add(order_of("佐藤", "order2"), noon + std::chrono::hours(1)).has_value());
    REQUIRE(notes.add(order_of("山田", "order1"), noon + std::chrono::hours(2)).has_value());
    const auto all = notes.of(item_id).value();
    REQUIRE(all.size() == 2);
    CHECK(all[0].person == "山田");
    CHECK(all[0].delivered_at == noon);
    CHECK(all[0].reason == "電話で確認");
    CHECK(all[0].parts == std::vector<std::string>{"2"});
    CHECK(all[0].recipients == std::vector<std::string>{"a@city.example.lg.jp", "b@city.example.lg.jp"});
    CHECK(all[1].order_id == "order2");
    CHECK(notes.item_ids() == std::vector<std::string>{item_id});
    struct stat facts {};
    REQUIRE(stat((folder / (item_id + ".released")).c_str(), &facts) == 0);
    CHECK((facts.st_mode & 07777) == 0600);
    REQUIRE(notes.remove(item_id).has_value());
    CHECK(notes.remove(item_id).has_value());  // there or not
    CHECK(notes.of(item_id)->empty());
}

TEST_CASE("saboteur: a damaged line, or one of a later version, hides no other note and is not lost") {
    const Folder folder;
    const ReleaseNotes notes(folder.path());
    REQUIRE(notes.add(order_of("山田", "order1"), noon).has_value());
    std::ofstream(folder / (item_id + ".released"), std::ios::app) << "{\"order_id\":1}\nhalf a li";
    CHECK(notes.of(item_id)->size() == 1);
    std::ofstream(folder / (item_id + ".released"), std::ios::app) << "\n";
    REQUIRE(notes.add(order_of("佐藤", "order2"), noon).has_value());
    CHECK(notes.of(item_id)->size() == 2);
    std::ifstream in(folder / (item_id + ".released"));
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    CHECK_THAT(text, Catch::Contains("half a li"));
}
