#include "relay/quarantine/index.hpp"

#include <sqlite3.h>
#include <sys/stat.h>

#include <catch2/catch.hpp>
#include <fstream>
#include <future>

#include "quarantine_fixture.hpp"
#include "relay/quarantine/item_text.hpp"

using namespace mugaika;
using namespace mugaika::test;
namespace fs = std::filesystem;
using Access = QuarantineStore::Access;

namespace {

void remove_index(const Folder& folder) {
    for (const char* end : {"", "-wal", "-shm"}) fs::remove(folder / (std::string("quarantine/index.sqlite.v3") + end));
}

void run_sql(const Folder& folder, const std::string& sql, const std::string& file = "index.sqlite.v3") {
    sqlite3* database = nullptr;
    REQUIRE(sqlite3_open((folder / ("quarantine/" + file)).c_str(), &database) == SQLITE_OK);
    char* words = nullptr;
    const int code = sqlite3_exec(database, sql.c_str(), nullptr, nullptr, &words);
    CAPTURE(words == nullptr ? "" : words);
    sqlite3_free(words);
    sqlite3_close(database);
    REQUIRE(code == SQLITE_OK);
}

// The columns of 0.1.0, as its relay makes and fills them.
const std::string first_schema =
    "PRAGMA journal_mode=WAL; CREATE TABLE item (id TEXT PRIMARY KEY, route TEXT NOT NULL, sender TEXT NOT NULL,"
    " recipients TEXT NOT NULL, subject TEXT NOT NULL, from_text TEXT NOT NULL, verdict TEXT NOT NULL,"
    " reason TEXT NOT NULL, bytes INTEGER NOT NULL, parts_kept INTEGER NOT NULL, received_at INTEGER NOT NULL)"
    " WITHOUT ROWID; CREATE INDEX item_by_time_with_bytes ON item (received_at, bytes); PRAGMA user_version=1;";
const std::string forget_all =
    "DELETE FROM item; DELETE FROM without_words; INSERT INTO words(words) VALUES ('delete-all');";
const std::string first_insert = "INSERT INTO item VALUES ('0123456789abcdef','','','','','','','',1,1,1);";

}  // namespace

TEST_CASE("the index can be made again from the items") {
    const Folder folder;
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    const QuarantineItem item = item_for(original);
    {
        auto store = open_store(folder);
        REQUIRE(store->add(item, original).has_value());
    }
    remove_index(folder);
    auto store = open_store(folder);
    const auto rows = store->list({}).value();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].subject == "見積書の送付");
    CHECK(rows[0].parts_kept == 1);
    CHECK(store->rebuild_index().value() == 1);
}

TEST_CASE("a release stands in the list and beside the item, over a lost index too, and goes with the item") {
    const Folder folder;
    const Kept kept = mixed_mail();
    const auto noon = std::chrono::system_clock::time_point(std::chrono::milliseconds(1763600000123));
    auto store = open_store(folder);
    REQUIRE(store->add(kept.item, kept.original).has_value());
    CHECK_FALSE(store->list({})->at(0).release);
    CHECK(store->releases(kept.item.id)->empty());
    REQUIRE(store->note_release(order_for(kept.item, "山田", "order1"), noon).has_value());
    REQUIRE(store->note_release(order_for(kept.item, "佐藤", "order2"), noon + std::chrono::hours(1)).has_value());
    const auto check_release = [&](const QuarantineStore& now) {
        const auto rows = now.list({}).value();
        REQUIRE((rows.size() == 1 && rows[0].release));
        CHECK(rows[0].release->person == "佐藤");
        CHECK(rows[0].release->at == noon + std::chrono::hours(1));
        CHECK(now.releases(kept.item.id)->size() == 2);
    };
    check_release(*store);
    check_release(*open_store(folder, Access::reader));
    CHECK(store->rebuild_index().value() == 1);
    check_release(*store);
    store.reset();
    remove_index(folder);
    check_release(*open_store(folder));
    remove_index(folder);
    check_release(*open_store(folder, Access::reader));

    store = open_store(folder);
    REQUIRE(store->remove(kept.item.id).has_value());
    CHECK(fs::is_empty(folder / "quarantine/released"));
    REQUIRE(
        store->note_release(order_for(kept.item, "山田", "order3"), noon).has_value());  // of a mail deleted meanwhile
    CHECK(fs::is_empty(folder / "quarantine/released"));
}

TEST_CASE("a crash between the note of a release and its row, or an item and its note, is made good at the start") {
    const Folder folder;
    const Kept kept = mixed_mail();
    const ReleaseNotes notes(folder / "quarantine/released");
    {
        auto store = open_store(folder);
        REQUIRE(store->add(kept.item, kept.original).has_value());
    }
    REQUIRE(notes.add(order_for(kept.item, "山田", "order1"), kept.item.received_at).has_value());
    CHECK(open_store(folder)->list({})->at(0).release->person == "山田");
    REQUIRE(notes.remove(kept.item.id).has_value());
    CHECK_FALSE(open_store(folder)->list({})->at(0).release);
    ReleaseOrder gone = order_for(kept.item, "山田", "order2");
    gone.item_id = "0123456789abcdefghjkmnpqrs";
    REQUIRE(notes.add(gone, kept.item.received_at).has_value());
    std::ofstream(folder / "quarantine/released/x.released.999999999.tmp") << "half";
    CHECK(open_store(folder)->list({})->size() == 1);
    CHECK(fs::is_empty(folder / "quarantine/released"));
}

TEST_CASE("an index of an earlier or later version is made anew by whoever comes first; the start drops the other's") {
    const Folder folder;
    const Kept kept = mixed_mail();
    {
        auto store = open_store(folder);
        REQUIRE(store->add(kept.item, kept.original).has_value());
    }
    const std::string theirs = GENERATE("index.sqlite", "index.sqlite.v4");
    remove_index(folder);
    run_sql(folder, first_schema + first_insert, theirs);
    {
        auto reader = open_store(folder, Access::reader);
        const auto rows = reader->list({}).value();
        REQUIRE(rows.size() == 1);
        CHECK(rows[0].id == kept.item.id);
        CHECK(rows[0].reasons.size() == 4);
        CHECK(reader->totals()->items == 1);
    }
    // A relay of that version that still runs is not disturbed.
    run_sql(folder, "DELETE FROM item; " + first_insert, theirs);
    CHECK(open_store(folder)->list({})->size() == 1);
    for (const char* end : {"", "-wal", "-shm"}) CHECK_FALSE(fs::exists(folder / ("quarantine/" + theirs + end)));
}

TEST_CASE("an index that was not filled to its end is filled by the next, whoever it is") {
    const Folder folder;
    const Kept kept = mixed_mail();
    {
        auto store = open_store(folder);
        REQUIRE(store->add(kept.item, kept.original).has_value());
    }
    run_sql(folder, forget_all + "PRAGMA user_version=0;");
    CHECK(open_store(folder, Access::reader)->list({})->size() == 1);
    run_sql(folder, forget_all);
    CHECK(open_store(folder, Access::reader)->list({})->empty());  // filled, as far as it knows
    CHECK(open_store(folder, Access::reader)->rebuild_index().value() == 1);
    fs::remove(folder / ("quarantine/items/" + kept.item.id + ".item"));
    CHECK(open_store(folder, Access::reader)->rebuild_index().value() == 0);
    CHECK(open_store(folder, Access::reader)->list({})->empty());
}

TEST_CASE("words that do not fit their rows are made anew, and keep no mail from being deleted or found") {
    const Folder folder;
    auto store = open_store(folder);
    std::vector<std::string> ids;
    for (const char* body : {"first", "second", "third"}) {
        const RawMail original = raw("Subject: x\r\n\r\n" + std::string(body) + "\r\n");
        const QuarantineItem item = item_for(original);
        REQUIRE(store->add(item, original).has_value());
        ids.push_back(item.id);
    }
    const auto found = [&] {
        QuarantineStore::Query query;
        query.text = "見積";
        return store->list(query).value().size();
    };
    REQUIRE(found() == 3);
    run_sql(folder, "INSERT INTO words(words) VALUES ('delete-all')");
    REQUIRE(found() == 0);
    REQUIRE(store->remove(ids[1]).has_value());
    CHECK(found() == 2);
    REQUIRE(store->remove(ids[0]).has_value());
    CHECK(found() == 1);
    run_sql(folder, "UPDATE item SET place = place / 2");
    REQUIRE(store->remove(ids[2]).has_value());
    CHECK(store->list({}).value().empty());
}

TEST_CASE("more mails than one batch of rows are put into the index") {
    const Folder folder;
    std::vector<RawMail> mails;
    for (int i = 0; i < 300; ++i) mails.push_back(raw("Subject: " + std::to_string(i) + "\r\n\r\n"));
    {
        auto store = open_store(folder);
        std::vector<std::promise<bool>> done(mails.size());
        for (std::size_t i = 0; i < mails.size(); ++i) {
            store->add_async(item_for(mails[i]), mails[i],
                             [&done, i](auto added) { done[i].set_value(added.has_value()); });
        }
        for (auto& one : done) REQUIRE(one.get_future().get());
    }
    remove_index(folder);
    CHECK(open_store(folder)->list({})->size() == mails.size());
}

TEST_CASE("the index and its files beside it are closed to others, one of an earlier version too, whatever the umask") {
    const Folder folder;
    const mode_t before = umask(0);
    const bool was_open = GENERATE(false, true);
    auto store = open_store(folder);
    if (was_open) {
        store.reset();
        fs::permissions(folder / "quarantine/index.sqlite.v3", fs::perms(0664));
        run_sql(folder, "UPDATE item SET route = route;");
        store = open_store(folder, Access::reader);
    }
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    REQUIRE(store->add(item_for(original), original).has_value());
    umask(before);
    for (const char* end : {"", "-wal", "-shm"}) {
        CAPTURE(end);
        struct stat facts {};
        REQUIRE(stat((folder / (std::string("quarantine/index.sqlite.v3") + end)).c_str(), &facts) == 0);
        CHECK((facts.st_mode & 07777) == 0600);
    }
}

TEST_CASE("an item whose ledger a later version wrote is listed by its words and stays where it is") {
    const Folder folder;
    Kept kept = mixed_mail();
    kept.item.ledger.later_words = {{"/reason", "later_reason"},
                                    {"/parts/1/reason", "later_part"},
                                    {"/parts/0/kind", "later_kind"},
                                    {"/parts/0/action", "later_action"},
                                    {"/verdict", "later_verdict"}};
    {
        auto store = open_store(folder);
        REQUIRE(store->add(kept.item, kept.original).has_value());
    }
    remove_index(folder);
    auto store = open_store(folder);
    CHECK(store->status()->moved_aside == 0);
    for (const char* reason : {"later_reason", "later_part", "unclosed_multipart"}) {
        QuarantineStore::Query query;
        query.reason = reason;
        CHECK(store->list(query)->size() == 1);
    }
    CHECK(store->list({})->at(0).verdict == "later_verdict");
    CHECK(store->load(kept.item.id)->ledger.later_words == kept.item.ledger.later_words);
    CHECK(store->add(kept.item, kept.original).value() == QuarantineStore::Added::before);
}
