// Two relays on one store: what one of them added the other finds, and either may fail. The other relay is a store of
// its own on the same items.
#include <catch2/catch.hpp>
#include <filesystem>

#include "mail_flow_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;
using Access = QuarantineStore::Access;
using Added = QuarantineStore::Added;

namespace {

// The items of the mail, as a relay makes them; none of them is kept any more.
std::vector<QuarantineItem> items_of(Bench& bench, const std::vector<std::string>& to) {
    REQUIRE(begins(bench.answer_to(lossy, to), "250 "));
    std::vector<QuarantineItem> items;
    for (const auto& row : bench.kept()) {
        items.push_back(bench.store->load(row.id).value());
        REQUIRE(bench.store->remove(row.id).has_value());
    }
    return items;
}

}  // namespace

TEST_CASE("a failed delivery takes nothing back that another relay has answered for") {
    if (!worker_is_built()) return;
    Bench bench;
    const auto other = open_store(bench.folder, Access::reader);
    bench.script(".", {"452 4.3.1 full\r\n"});
    HeldPool held(bench.disk);
    const auto failing = bench.take(lossy);
    bench.run_until([&] { return bench.hop.count("QUIT") == 1; });  // the item is to be taken back, and is not yet
    REQUIRE(bench.kept().size() == 1);
    const QuarantineItem item = other->load(bench.kept()[0].id).value();
    const RawMail original = raw(lossy);
    REQUIRE(other->add(item, original).value() == Added::before);
    REQUIRE(other->promise(item, original).has_value());

    held.release();
    bench.run_until([&] { return failing->has_value(); });
    CHECK(begins((*failing)->line(), "452 "));
    CHECK(bench.count_events("message.quarantined") == 0);  // that is the other one's to say
    REQUIRE(bench.kept().size() == 1);
    CHECK(bench.store->load_original(item.id).value().sha256() == original.sha256());
}

TEST_CASE("what was found, and was taken back by its relay during the delivery, is kept again before 250") {
    if (!worker_is_built()) return;
    Bench bench;
    const QuarantineItem item = items_of(bench, {"b@city.example"}).at(0);
    const auto other = open_store(bench.folder, Access::reader);
    const RawMail original = raw(lossy);
    REQUIRE(other->add(item, original).value() == Added::now);
    const std::size_t before = bench.hop.mails.size();
    HeldPool held(bench.disk);
    const auto found = bench.take(lossy);
    bench.run_until([&] { return bench.hop.mails.size() == before + 1 && bench.hop.count("QUIT") == before + 1; });
    REQUIRE_FALSE(found->has_value());
    REQUIRE(other->take_back(item.id).value());
    REQUIRE(bench.kept().empty());

    held.release();
    bench.run_until([&] { return found->has_value(); });
    CHECK(begins((*found)->line(), "250 "));
    REQUIRE(bench.kept().size() == 1);
    CHECK(bench.store->load_original(item.id).value().sha256() == original.sha256());
    CHECK_FALSE(other->take_back(item.id).value());
}

TEST_CASE("an original that was found is promised before its rest is owed") {
    if (!worker_is_built()) return;
    Bench bench;
    const std::vector<std::string> both = {"b@city.example", "b@town.example"};
    const auto items = items_of(bench, both);
    REQUIRE(items.size() == 2);
    const auto other = open_store(bench.folder, Access::reader);
    const RawMail original = raw(lossy);
    for (const QuarantineItem& item : items) REQUIRE(other->add(item, original).value() == Added::now);
    bench.town.scripts[0].answers["."] = {"452 4.3.1 full\r\n"};
    HeldPool held(bench.disk);
    const auto found = bench.take(lossy, both);
    bench.run_until([&] { return bench.hop.count("QUIT") == 2 && bench.town.count("QUIT") == 2; });
    for (const QuarantineItem& item : items) REQUIRE(other->take_back(item.id).value());

    held.release();
    bench.run_until([&] { return found->has_value(); });
    CHECK(begins((*found)->line(), "250 "));
    REQUIRE(bench.owed().size() == 1);
    CHECK(bench.store->load_original(bench.owed()[0].order.item_id).has_value());
    CHECK(bench.kept().size() == 2);
}

TEST_CASE("who cannot promise what it found does not answer 250, and leaves it to its relay") {
    if (!worker_is_built()) return;
    Bench bench;
    const QuarantineItem item = items_of(bench, {"b@city.example"}).at(0);
    const auto other = open_store(bench.folder, Access::reader);
    REQUIRE(other->add(item, raw(lossy)).value() == Added::now);
    std::filesystem::remove_all(bench.folder / "quarantine/promised");
    CHECK(begins(bench.answer_to(lossy), "451 "));
    CHECK(bench.kept().size() == 1);
    REQUIRE(bench.count_events("message.deferred") == 1);
    CHECK_THAT(bench.lines_with("message.deferred").at(0), Catch::Contains("its recipients have the mail"));
}

TEST_CASE("who added an item itself promises nothing") {
    if (!worker_is_built()) return;
    Bench bench;
    std::filesystem::remove_all(bench.folder / "quarantine/promised");
    CHECK(begins(bench.answer_to(lossy), "250 "));
    CHECK(bench.kept().size() == 1);
}
