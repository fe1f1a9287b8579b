// What every store promises, whatever it is made of: each test runs for each kind of store. What only the embedded one
// has (its files, its index, its key file) is in store_test.cpp and index_test.cpp.
#include "relay/quarantine/store.hpp"

#include <catch2/catch.hpp>
#include <functional>
#include <future>
#include <thread>
#include <tuple>

#include "quarantine_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;
using Access = QuarantineStore::Access;
using Query = QuarantineStore::Query;

namespace {

// A place of its own for stores of one kind: what is opened there, one after the other or side by side, keeps the same
// mails.
class FileStores {
public:
    std::unique_ptr<QuarantineStore> open(Access access = Access::relay) const { return open_store(folder_, access); }

private:
    Folder folder_;
};

using StoreKinds = std::tuple<FileStores>;

std::size_t found(const QuarantineStore& store, const QuarantineStore::Query& query) {
    const auto rows = store.list(query);
    REQUIRE(rows.has_value());
    return rows->size();
}

}  // namespace

TEMPLATE_LIST_TEST_CASE("an item that was added is there whole: envelope, ledger and original", "", StoreKinds) {
    const TestType place;
    const RawMail original = raw("From: a@example.com\r\n\r\n秘密の本文\r\n");
    const QuarantineItem item = item_for(original);
    auto store = place.open();
    REQUIRE(store->add(item, original).value() == QuarantineStore::Added::now);

    const QuarantineItem loaded = store->load(item.id).value();
    CHECK(loaded.envelope.recipients == item.envelope.recipients);
    CHECK(loaded.envelope.sender == item.envelope.sender);
    CHECK(loaded.subject == item.subject);
    CHECK(loaded.received_at == item.received_at);
    REQUIRE(loaded.ledger.parts.size() == 1);
    CHECK(loaded.ledger.parts[0].facts.name == "見積書.pdf");
    CHECK(loaded.ledger.parts[0].reason == Reason::not_rebuilt);
    const RawMail back = store->load_original(item.id).value();
    CHECK(back.sha256() == original.sha256());
}

TEMPLATE_LIST_TEST_CASE("a removed item is gone", "", StoreKinds) {
    const TestType place;
    auto store = place.open();
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    const QuarantineItem item = item_for(original);
    REQUIRE(store->add(item, original).has_value());
    REQUIRE(store->remove(item.id).has_value());
    CHECK(store->load(item.id).error().fault() == Fault::not_found);
    CHECK(store->list({}).value().empty());
    CHECK(store->remove(item.id).error().fault() == Fault::not_found);
    CHECK(store->remove("../../etc/passwd").error().fault() == Fault::bad_input);
}

TEMPLATE_LIST_TEST_CASE("what one relay added and another one answered for stays, whoever ends first", "", StoreKinds) {
    const TestType place;
    auto one = place.open();
    auto two = place.open(Access::reader);  // another process on the same items
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    const QuarantineItem item = item_for(original);
    REQUIRE(one->add(item, original).value() == QuarantineStore::Added::now);
    REQUIRE(two->add(item, original).value() == QuarantineStore::Added::before);

    SECTION("the second answers, then the first fails") {
        REQUIRE(two->promise(item, original).has_value());
        CHECK_FALSE(one->take_back(item.id).value());
    }
    SECTION("the first fails, then the second answers") {
        CHECK(one->take_back(item.id).value());
        CHECK(one->load(item.id).error().fault() == Fault::not_found);
        REQUIRE(two->promise(item, original).has_value());
    }
    SECTION("the first fails, a third one adds it anew, the second answers, then the third fails") {
        CHECK(one->take_back(item.id).value());
        auto three = place.open(Access::reader);
        REQUIRE(three->add(item, original).value() == QuarantineStore::Added::now);
        REQUIRE(two->promise(item, original).has_value());
        CHECK_FALSE(three->take_back(item.id).value());
    }
    SECTION("both at once") {
        auto failing = std::async(std::launch::async, [&] { return one->take_back(item.id).has_value(); });
        CHECK(two->promise(item, original).has_value());
        CHECK(failing.get());
    }
    CHECK(two->load_original(item.id).value().sha256() == original.sha256());
    CHECK(one->list({}).value().size() == 1);
    one.reset();
    two.reset();
    auto next = place.open();
    CHECK_FALSE(next->take_back(item.id).value());
    CHECK(next->load(item.id).has_value());
}

TEMPLATE_LIST_TEST_CASE("who found an item and answers for nothing does not hold it, and a promise goes with its item",
                        "", StoreKinds) {
    const TestType place;
    auto store = place.open();
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    const QuarantineItem item = item_for(original);
    REQUIRE(store->add(item, original).has_value());
    REQUIRE(store->add(item, original).value() == QuarantineStore::Added::before);
    REQUIRE(store->promise(item, original).has_value());
    REQUIRE(store->promise(item, original).has_value());
    REQUIRE(store->remove(item.id).has_value());
    REQUIRE(store->add(item, original).value() == QuarantineStore::Added::now);
    REQUIRE(store->add(item, original).value() == QuarantineStore::Added::before);
    CHECK(store->take_back(item.id).value());
    CHECK(store->load(item.id).error().fault() == Fault::not_found);
    CHECK(store->list({}).value().empty());
    CHECK(store->take_back(item.id).error().fault() == Fault::not_found);
    CHECK(store->take_back("../../etc/passwd").error().fault() == Fault::bad_input);
}

TEMPLATE_LIST_TEST_CASE("a promise of another mail with the same id is none", "", StoreKinds) {
    const TestType place;
    auto store = place.open();
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    const QuarantineItem item = item_for(original);
    const RawMail other = raw("Subject: y\r\n\r\nbody\r\n");
    QuarantineItem impostor = item_for(other);
    impostor.id = item.id;
    REQUIRE(store->add(item, original).has_value());
    CHECK(store->promise(impostor, other).error().fault() == Fault::protocol);
    CHECK(store->take_back(item.id).value());
}

TEMPLATE_LIST_TEST_CASE("the totals are those of the items, whoever added and removed them", "", StoreKinds) {
    const TestType place;
    auto store = place.open();
    CHECK(store->totals()->items == 0);
    CHECK(store->totals()->bytes == 0);
    const RawMail one = raw("A: b\r\n\r\none\r\n");
    const RawMail two = raw("A: b\r\n\r\nof another size\r\n");
    REQUIRE(store->add(item_for(one), one).has_value());
    REQUIRE(store->add(item_for(two), two).has_value());
    REQUIRE(store->add(item_for(two), two).value() == QuarantineStore::Added::before);
    CHECK(store->totals()->items == 2);
    CHECK(store->totals()->bytes == one.size() + two.size());
    REQUIRE(place.open(Access::reader)->remove(item_for(one).id).has_value());
    CHECK(store->totals()->items == 1);
    CHECK(store->totals()->bytes == two.size());
}

TEMPLATE_LIST_TEST_CASE("many mails at once share commits, each is there afterwards, twins share one item", "",
                        StoreKinds) {
    const TestType place;
    auto store = place.open();
    std::vector<RawMail> mails;
    for (int i = 0; i < 50; ++i) mails.push_back(raw("Subject: " + std::to_string(i / 2) + "\r\n\r\n"));
    std::vector<std::promise<bool>> done(mails.size());
    for (std::size_t i = 0; i < mails.size(); ++i) {
        store->add_async(item_for(mails[i]), mails[i],
                         [&done, i](Result<QuarantineStore::Added> added) { done[i].set_value(added.has_value()); });
    }
    for (auto& one : done) CHECK(one.get_future().get());
    CHECK(store->list({}).value().size() == 25);
    CHECK(store->status().value().items == 25);
}

TEMPLATE_LIST_TEST_CASE("an id that exists counts as kept only for the same bytes and the same envelope", "",
                        StoreKinds) {
    const TestType place;
    auto store = place.open();
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    const RawMail other = raw("Subject: x\r\n\r\nevil\r\n");
    QuarantineItem item = item_for(original);
    item.envelope.recipients.push_back(address("b@city.example.lg.jp"));
    REQUIRE(store->add(item, original).value() == QuarantineStore::Added::now);
    const auto as_other = [&](const std::function<void(QuarantineItem&)>& change) {
        QuarantineItem twin = item;
        change(twin);
        return store->add(twin, other);
    };
    const std::vector<std::function<void(QuarantineItem&)>> others{
        [&](QuarantineItem& twin) { twin.original_sha256 = other.sha256(); },
        [&](QuarantineItem& twin) { twin.original_bytes += 1; },
        [&](QuarantineItem& twin) { twin.envelope.sender = address("evil@example.com"); },
        [&](QuarantineItem& twin) { twin.envelope.sender.reset(); },
        [&](QuarantineItem& twin) { twin.envelope.recipients[1] = address("c@city.example.lg.jp"); },
        [&](QuarantineItem& twin) { twin.envelope.recipients.pop_back(); },
        [&](QuarantineItem& twin) { twin.envelope.recipients.push_back(address("c@city.example.lg.jp")); },
    };
    for (std::size_t i = 0; i < others.size(); ++i) {
        CAPTURE(i);
        const auto added = as_other(others[i]);
        REQUIRE_FALSE(added.has_value());
        CHECK(added.error().fault() == Fault::protocol);
        CHECK_THAT(added.error().words(), Catch::Contains(item.id) && Catch::Contains("not kept"));
    }
    CHECK(as_other([](QuarantineItem& twin) {
              std::swap(twin.envelope.recipients[0], twin.envelope.recipients[1]);
          }).value() == QuarantineStore::Added::before);
    CHECK(store->load_original(item.id)->sha256() == original.sha256());
    CHECK(store->list({})->size() == 1);
}

TEMPLATE_LIST_TEST_CASE("two mails of one id in one moment: one is kept, the other is told that it is not", "",
                        StoreKinds) {
    for (int round = 0; round < 20; ++round) {
        const TestType place;
        auto store = place.open();
        const RawMail one = raw("Subject: x\r\n\r\none\r\n");
        const RawMail two = raw("Subject: x\r\n\r\ntwo\r\n");
        QuarantineItem twin = item_for(two);
        twin.id = item_for(one).id;
        std::promise<Result<QuarantineStore::Added>> first;
        std::promise<Result<QuarantineStore::Added>> second;
        store->add_async(item_for(one), one, [&](auto added) { first.set_value(std::move(added)); });
        store->add_async(twin, two, [&](auto added) { second.set_value(std::move(added)); });
        CHECK(first.get_future().get().has_value());
        CHECK(second.get_future().get().error().fault() == Fault::protocol);
        CHECK(store->load_original(twin.id)->sha256() == one.sha256());
    }
}

TEMPLATE_LIST_TEST_CASE("a large original is kept in pieces and comes back whole; so does an empty one", "",
                        StoreKinds) {
    const TestType place;
    auto store = place.open();
    std::string bytes;
    for (int i = 0; bytes.size() < (3u << 20) + 5; ++i) bytes += "line " + std::to_string(i) + "\r\n";
    for (const std::string& content : {bytes, std::string()}) {
        const RawMail original = raw(content);
        const QuarantineItem item = item_for(original);
        REQUIRE(store->add(item, original).has_value());
        CHECK(store->load_original(item.id).value().sha256() == original.sha256());
    }
}

TEMPLATE_LIST_TEST_CASE(
    "lists are searched by words of sender, recipient and subject, and wild cards are plain characters", "",
    StoreKinds) {
    const TestType place;
    auto store = place.open();
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    REQUIRE(store->add(item_for(original), original).has_value());
    QuarantineStore::Query query;
    query.text = "見積";
    CHECK(store->list(query).value().size() == 1);
    query.text = "shimin@";
    CHECK(store->list(query).value().size() == 1);
    query.text = "%";
    CHECK(store->list(query).value().empty());
    query = {};
    query.route = "other.example.lg.jp";
    CHECK(store->list(query).value().empty());
    query = {};
    query.until = std::chrono::system_clock::time_point(std::chrono::seconds(1));
    CHECK(store->list(query).value().empty());
}

TEMPLATE_LIST_TEST_CASE("lists are searched by any part's reason, by the findings, and by file name in capitals or not",
                        "", StoreKinds) {
    const TestType place;
    auto store = place.open();
    const Kept mixed = mixed_mail();
    const RawMail plain = raw("Subject: plain\r\n\r\nbody\r\n");
    REQUIRE(store->add(mixed.item, mixed.original).has_value());
    REQUIRE(store->add(item_for(plain), plain).has_value());
    const auto by_reason = [&](const std::string& reason) {
        QuarantineStore::Query query;
        query.reason = reason;
        return found(*store, query);
    };
    CHECK(by_reason("readings_differ") == 1);
    CHECK(by_reason("unclosed_multipart") == 1);  // a finding
    CHECK(by_reason("not_rebuilt") == 2);         // the first part of both
    CHECK(by_reason("encrypted") == 1);           // the second part
    CHECK(by_reason("encrypte") == 0);
    CHECK(by_reason("encrypted_") == 0);
    CHECK(by_reason("%") == 0);
    const auto by_file = [&](const std::string& name) {
        QuarantineStore::Query query;
        query.file_name = name;
        return found(*store, query);
    };
    CHECK(by_file("見積書") == 2);
    CHECK(by_file("quarterly report") == 1);
    CHECK(by_file(".XLSM") == 1);
    CHECK(by_file("100%_DONE") == 1);
    CHECK(by_file("100_") == 0);
    CHECK(by_file("%") == 1);  // a plain character
    CHECK(by_file("body") == 0);
    const auto rows = store->list({}).value();
    CHECK(rows[0].reasons.size() + rows[1].reasons.size() == 5);
}

TEMPLATE_LIST_TEST_CASE("lists are narrowed to what was released, what was not, and to given mails", "", StoreKinds) {
    const TestType place;
    auto store = place.open();
    std::vector<std::string> ids;
    for (const char* text : {"1\r\n", "2\r\n", "3\r\n"}) {
        const RawMail original = raw(text);
        ids.push_back(item_for(original).id);
        REQUIRE(store->add(item_for(original), original).has_value());
        if (ids.size() > 1) continue;
        REQUIRE(store->note_release(order_for(item_for(original), "山田", "o"), item_for(original).received_at)
                    .has_value());
    }
    QuarantineStore::Query query;
    query.released = true;
    CHECK(found(*store, query) == 1);
    query.released = false;
    CHECK(found(*store, query) == 2);
    query.not_among = {ids[1]};
    CHECK(store->list(query)->at(0).id == ids[2]);
    query = {};
    query.among = std::vector<std::string>();
    CHECK(found(*store, query) == 0);
    query.among = {ids[0], ids[2]};
    CHECK(found(*store, query) == 2);
    query.limit = 1;
    CHECK(found(*store, query) == 1);
}

TEMPLATE_LIST_TEST_CASE("the same mail again is the same item, after a restart too", "", StoreKinds) {
    const TestType place;
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    const QuarantineItem item = item_for(original);
    CHECK(place.open()->add(item, original).value() == QuarantineStore::Added::now);
    auto store = place.open();
    CHECK(store->add(item, original).value() == QuarantineStore::Added::before);
    CHECK(found(*store, {}) == 1);
}

TEMPLATE_LIST_TEST_CASE("an index that is made again finds what was found before, pages and words", "", StoreKinds) {
    const TestType place;
    auto store = place.open();
    for (int i = 0; i < 7; ++i) {
        const RawMail original = raw("Subject: " + std::to_string(i) + "\r\n\r\n");
        QuarantineItem item = item_for(original);
        item.received_at += std::chrono::seconds(i);
        item.message_id = std::to_string(i) + ".77@example.com";
        REQUIRE(store->add(item, original).has_value());
    }
    const auto pages = [&] {
        std::vector<std::string> ids;
        Query query;
        query.subject = "積書";
        query.limit = 3;
        for (int page = 0; page < 4; ++page) {
            for (const QuarantineStore::Row& row : store->list(query).value()) {
                ids.push_back(row.id + row.message_id);
                query.after = row.place;
            }
        }
        return ids;
    };
    const auto before = pages();
    CHECK(before.size() == 7);
    CHECK(store->rebuild_index().value() == 7);
    CHECK(pages() == before);
    Query query;
    query.message_id = "<3.77@example.com>";
    CHECK(found(*store, query) == 1);
    query.message_id = std::string(Query::characters_max + 1, 'a');
    CHECK(store->list(query).error().fault() == Fault::bad_input);
}

TEMPLATE_LIST_TEST_CASE("what happened to a mail stands beside it, for who opens the store next, and goes with it", "",
                        StoreKinds) {
    const TestType place;
    const Kept kept = mixed_mail();
    const std::string& id = kept.item.id;
    REQUIRE(place.open()->add(kept.item, kept.original).has_value());
    {
        auto store = place.open(Access::reader);
        REQUIRE(store->note_release(order_for(kept.item, "山田", "o"), kept.item.received_at).has_value());
        CHECK(*store->count_password_try(id) == password_tries_max - 1);
        CHECK(*store->count_password_try(id) == password_tries_max - 2);
        REQUIRE(store->take_back_password_try(id).has_value());
        RerunNote run;
        run.order_id = "r";
        run.person = "佐藤";
        run.at = kept.item.received_at;
        REQUIRE(store->note_rerun(id, run).has_value());
    }
    auto store = place.open();
    CHECK(store->releases(id)->at(0).person == "山田");
    CHECK(store->unlocks(id)->wrong_tries == 1);
    CHECK(store->reruns(id)->at(0).person == "佐藤");
    Query query;
    query.person = "山田";
    CHECK(found(*store, query) == 1);
    REQUIRE(store->remove(id).has_value());
    CHECK(store->releases(id)->empty());
    CHECK(store->reruns(id)->empty());
    CHECK(store->unlocks(id)->wrong_tries == 0);
    CHECK(found(*store, {}) == 0);
    CHECK(store->load_original(id).error().fault() == Fault::not_found);
}
