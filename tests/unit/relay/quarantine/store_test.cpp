#include "relay/quarantine/store.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <future>
#include <iterator>
#include <thread>

#include "quarantine_fixture.hpp"
#include "sanitizer/mail/write_fully.hpp"

using namespace mugaika;
using namespace mugaika::test;
namespace fs = std::filesystem;

namespace {

std::string item_path(const Folder& folder, const std::string& id) {
    return folder / ("quarantine/items/" + id + ".item");
}

std::string bytes_of(const std::string& path) {
    std::ifstream in(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

void flip_bit(const std::string& path, std::size_t offset) {
    std::string bytes = bytes_of(path);
    bytes.at(offset) = static_cast<char>(bytes.at(offset) ^ 1);
    std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace

TEST_CASE("an item that was added is there whole: envelope, ledger and original") {
    const Folder folder;
    const RawMail original = raw("From: a@example.com\r\n\r\n秘密の本文\r\n");
    const QuarantineItem item = item_for(original);
    auto store = open_store(folder);
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

TEST_CASE("the same mail again is the same item and is not written again") {
    const Folder folder;
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    const QuarantineItem item = item_for(original);
    auto store = open_store(folder);
    REQUIRE(store->add(item, original).value() == QuarantineStore::Added::now);
    const auto written = fs::last_write_time(item_path(folder, item.id));
    CHECK(store->add(item, original).value() == QuarantineStore::Added::before);
    CHECK(fs::last_write_time(item_path(folder, item.id)) == written);
    CHECK(store->list({}).value().size() == 1);
}

TEST_CASE("the order of recipients does not change the id, bytes and people do") {
    const RawMail a = raw("a\r\n");
    const RawMail b = raw("b\r\n");
    smtp::Envelope one;
    one.recipients = {address("x@example.jp"), address("y@example.jp")};
    smtp::Envelope two;
    two.recipients = {address("y@example.jp"), address("x@example.jp")};
    CHECK(message_id_for(a.sha256(), one) == message_id_for(a.sha256(), two));
    CHECK(message_id_for(a.sha256(), one) != message_id_for(b.sha256(), one));
    two.recipients.pop_back();
    CHECK(message_id_for(a.sha256(), one) != message_id_for(a.sha256(), two));
    CHECK(is_message_id(message_id_for(a.sha256(), one)));
}

TEST_CASE("nothing of the original stands readable on the disk") {
    const Folder folder;
    const RawMail original = raw("Subject: x\r\n\r\nVERY-SECRET-WORDS\r\n");
    auto store = open_store(folder);
    REQUIRE(store->add(item_for(original), original).has_value());
    for (const auto& entry : fs::recursive_directory_iterator(folder.path())) {
        if (entry.is_regular_file()) CHECK(bytes_of(entry.path().string()).find("VERY-SECRET") == std::string::npos);
    }
}

TEST_CASE("AC-241 an altered, cut or exchanged item is noticed, moved aside, and the others go on") {
    const Folder folder;
    const RawMail first = raw("Subject: 1\r\n\r\none\r\n");
    const RawMail second = raw("Subject: 2\r\n\r\ntwo\r\n");
    const QuarantineItem one = item_for(first);
    const QuarantineItem two = item_for(second);
    {
        auto store = open_store(folder);
        REQUIRE(store->add(one, first).has_value());
        REQUIRE(store->add(two, second).has_value());
    }
    const std::string whole = bytes_of(item_path(folder, one.id));
    // Every byte counts: header, key id, salt, lengths, text, tags.
    auto store = open_store(folder, QuarantineStore::Access::reader);
    for (std::size_t offset = 0; offset < whole.size(); offset += 7) {
        flip_bit(item_path(folder, one.id), offset);
        CHECK_FALSE(store->load_original(one.id).has_value());
        std::ofstream(item_path(folder, one.id), std::ios::binary) << whole;
    }
    fs::resize_file(item_path(folder, one.id), whole.size() - 1);
    CHECK_FALSE(store->load_original(one.id).has_value());
    fs::copy_file(item_path(folder, two.id), item_path(folder, one.id), fs::copy_options::overwrite_existing);
    CHECK(store->load(one.id).error().fault() == Fault::protocol);

    fs::remove(folder / "quarantine/index.sqlite");
    fs::remove(folder / "quarantine/index.sqlite-wal");
    fs::remove(folder / "quarantine/index.sqlite-shm");
    store.reset();
    auto relay = open_store(folder);
    const auto rows = relay->list({}).value();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].id == two.id);
    CHECK(relay->status().value().moved_aside == 1);
}

TEST_CASE("the index can be made again from the items") {
    const Folder folder;
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    const QuarantineItem item = item_for(original);
    {
        auto store = open_store(folder);
        REQUIRE(store->add(item, original).has_value());
    }
    for (const char* name : {"index.sqlite", "index.sqlite-wal", "index.sqlite-shm"}) {
        fs::remove(folder / (std::string("quarantine/") + name));
    }
    auto store = open_store(folder);
    const auto rows = store->list({}).value();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].subject == "見積書の送付");
    CHECK(rows[0].parts_kept == 1);
    CHECK(store->rebuild_index().value() == 1);
}

TEST_CASE("lists are searched by words of sender, recipient and subject, and wild cards are plain characters") {
    const Folder folder;
    auto store = open_store(folder);
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

TEST_CASE("a removed item is gone from disk and index") {
    const Folder folder;
    auto store = open_store(folder);
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    const QuarantineItem item = item_for(original);
    REQUIRE(store->add(item, original).has_value());
    REQUIRE(store->remove(item.id).has_value());
    CHECK(store->load(item.id).error().fault() == Fault::not_found);
    CHECK(store->list({}).value().empty());
    CHECK(store->remove(item.id).error().fault() == Fault::not_found);
    CHECK(store->remove("../../etc/passwd").error().fault() == Fault::bad_input);
}

TEST_CASE("the totals are those of the items, whoever added and removed them") {
    const Folder folder;
    auto store = open_store(folder);
    CHECK(store->totals()->items == 0);
    CHECK(store->totals()->bytes == 0);
    const RawMail one = raw("A: b\r\n\r\none\r\n");
    const RawMail two = raw("A: b\r\n\r\nof another size\r\n");
    REQUIRE(store->add(item_for(one), one).has_value());
    REQUIRE(store->add(item_for(two), two).has_value());
    REQUIRE(store->add(item_for(two), two).value() == QuarantineStore::Added::before);
    CHECK(store->totals()->items == 2);
    CHECK(store->totals()->bytes == one.size() + two.size());
    REQUIRE(open_store(folder, QuarantineStore::Access::reader)->remove(item_for(one).id).has_value());
    CHECK(store->totals()->items == 1);
    CHECK(store->totals()->bytes == two.size());
}

TEST_CASE("AC-239 AC-240 when the item cannot be written nothing of it is visible") {
    const Folder folder;
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    const QuarantineItem item = item_for(original);
    auto store = open_store(folder);
    SECTION("the temporary file cannot be made") { fs::remove_all(folder / "quarantine/tmp"); }
    SECTION("the rename fails") { fs::remove_all(folder / "quarantine/items"); }
    const auto added = store->add(item, original);
    REQUIRE_FALSE(added.has_value());
    fs::create_directories(folder / "quarantine/tmp");
    fs::create_directories(folder / "quarantine/items");
    CHECK(fs::is_empty(folder / "quarantine/tmp"));
    CHECK(fs::is_empty(folder / "quarantine/items"));
    CHECK(store->list({}).value().empty());
    CHECK(store->add(item, original).value() == QuarantineStore::Added::now);  // the retry succeeds
}

TEST_CASE("AC-239 a full disk is a fault of its own, so that the sender hears 452") {
    CHECK(error_from_errno("x", ENOSPC).fault() == Fault::disk_full);
    CHECK(error_from_errno("x", EDQUOT).fault() == Fault::disk_full);
    CHECK(error_from_errno("x", EIO).fault() == Fault::io);
    // A file that the kernel refuses to grow: /dev/full answers every write with ENOSPC.
    FileDescriptor full(open("/dev/full", O_WRONLY | O_CLOEXEC));
    REQUIRE(full.is_open());
    CHECK(write_fully(full.get(), "x", "writing").error().fault() == Fault::disk_full);
}

TEST_CASE("left-overs of a crash are removed at the next start, those of a living command are not") {
    const Folder folder;
    { auto store = open_store(folder); }
    std::ofstream(folder / "quarantine/tmp/0123456789abcdef.999999999.tmp") << "half";
    std::ofstream(folder / ("quarantine/tmp/0123456789abcdeg." + std::to_string(getppid()) + ".tmp")) << "half";
    auto store = open_store(folder);
    CHECK_FALSE(fs::exists(folder / "quarantine/tmp/0123456789abcdef.999999999.tmp"));
    CHECK(fs::exists(folder / ("quarantine/tmp/0123456789abcdeg." + std::to_string(getppid()) + ".tmp")));
}

TEST_CASE("many mails at once share commits, each is there afterwards, twins share one item") {
    const Folder folder;
    auto store = open_store(folder);
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

TEST_CASE("old items are read with the old key after rotation; without it the error names the key") {
    const Folder folder;
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    const QuarantineItem item = item_for(original);
    {
        auto store = open_store(folder);
        REQUIRE(store->add(item, original).has_value());
    }
    const std::string old_key = bytes_of(folder / "key");
    const std::string new_key = "0badcafe " + std::string(64, '7') + "\n";
    std::ofstream(folder / "key") << "# rotated\n" << new_key << old_key;
    CHECK(open_store(folder)->load_original(item.id).has_value());
    std::ofstream(folder / "key") << new_key;
    auto lost = open_store(folder)->load_original(item.id);
    REQUIRE_FALSE(lost.has_value());
    CHECK(lost.error().fault() == Fault::configuration);
    CHECK(lost.error().words().find(old_key.substr(0, 8)) != std::string::npos);
    std::ofstream(folder / "key") << "0badcafe 77\n";
    auto bad = QuarantineStore::open(folder / "quarantine", folder / "key", QuarantineStore::Access::relay);
    REQUIRE_FALSE(bad.has_value());
    CHECK(bad.error().words().find("key:1:1: expected") != std::string::npos);
}

TEST_CASE("a large original is kept in pieces and comes back whole; so does an empty one") {
    const Folder folder;
    auto store = open_store(folder);
    std::string bytes;
    for (int i = 0; bytes.size() < (3u << 20) + 5; ++i) bytes += "line " + std::to_string(i) + "\r\n";
    for (const std::string& content : {bytes, std::string()}) {
        const RawMail original = raw(content);
        const QuarantineItem item = item_for(original);
        REQUIRE(store->add(item, original).has_value());
        CHECK(store->load_original(item.id).value().sha256() == original.sha256());
    }
}

TEST_CASE("killed at any moment of adding, the store starts again and the item is whole or not there") {
    for (int microseconds = 0; microseconds < 4000; microseconds += 200) {
        const Folder folder;
        const RawMail original = raw("Subject: x\r\n\r\n" + std::string(200000, 'y') + "\r\n");
        const QuarantineItem item = item_for(original);
        { auto store = open_store(folder); }
        const pid_t child = fork();
        if (child == 0) {
            auto store = open_store(folder);
            (void)store->add(item, original);
            _exit(0);
        }
        usleep(static_cast<useconds_t>(microseconds));
        kill(child, SIGKILL);
        waitpid(child, nullptr, 0);
        auto store = open_store(folder);
        CHECK(fs::is_empty(folder / "quarantine/tmp"));
        const auto rows = store->list({}).value();
        for (const auto& row : rows) CHECK(store->load_original(row.id).has_value());
        CHECK(rows.size() == store->status().value().items);
        CHECK(store->add(item, original).has_value());
    }
}
