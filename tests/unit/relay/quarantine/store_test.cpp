#include "relay/quarantine/store.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <csignal>
#include <fstream>
#include <functional>
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

void remove_index(const Folder& folder) {
    for (const char* end : {"", "-wal", "-shm"}) fs::remove(folder / (std::string("quarantine/index.sqlite.v3") + end));
}

void flip_bit(const std::string& path, std::size_t offset) {
    std::string bytes = bytes_of(path);
    bytes.at(offset) = static_cast<char>(bytes.at(offset) ^ 1);
    std::ofstream(path, std::ios::binary) << bytes;
}

}  // namespace

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

TEST_CASE("an id has at least 128 bits, and those of earlier versions are ids still") {
    smtp::Envelope envelope;
    envelope.recipients = {address("x@example.jp")};
    const std::string sha256(64, '0');
    const std::string id = message_id_for(sha256, envelope);
    CHECK(id.size() * 5 >= 128);
    envelope.recipients = {address("y@example.jp")};
    // Not only the beginning differs from mail to mail.
    CHECK(message_id_for(sha256, envelope).substr(16) != id.substr(16));
    CHECK(is_message_id(id.substr(0, 16)));
    for (const std::string& wrong : {id.substr(0, 15), id.substr(0, 17), id.substr(0, 25), id + "0", std::string(),
                                     std::string(26, 'I'), std::string(16, 'u'), "../" + id.substr(3)}) {
        CAPTURE(wrong);
        CHECK_FALSE(is_message_id(wrong));
    }
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
    // Every byte counts: header, key id, salt, lengths, text, tags. Items of several chunks: item_file_test.cpp.
    auto store = open_store(folder, QuarantineStore::Access::reader);
    for (std::size_t offset = 0; offset < whole.size(); ++offset) {
        flip_bit(item_path(folder, one.id), offset);
        CHECK_FALSE(store->load_original(one.id).has_value());
        std::ofstream(item_path(folder, one.id), std::ios::binary) << whole;
    }
    fs::resize_file(item_path(folder, one.id), whole.size() - 1);
    CHECK_FALSE(store->load_original(one.id).has_value());
    fs::copy_file(item_path(folder, two.id), item_path(folder, one.id), fs::copy_options::overwrite_existing);
    CHECK(store->load(one.id).error().fault() == Fault::protocol);

    remove_index(folder);
    store.reset();
    auto relay = open_store(folder);
    const auto rows = relay->list({}).value();
    REQUIRE(rows.size() == 1);
    CHECK(rows[0].id == two.id);
    CHECK(relay->status().value().moved_aside == 1);
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
    auto lost = open_store(folder, QuarantineStore::Access::reader)->load_original(item.id);
    REQUIRE_FALSE(lost.has_value());
    CHECK(lost.error().fault() == Fault::configuration);
    CHECK(lost.error().words().find(old_key.substr(0, 8)) != std::string::npos);
    std::ofstream(folder / "key") << "0badcafe 77\n";
    auto bad = QuarantineStore::open(folder / "quarantine", folder / "key", QuarantineStore::Access::relay);
    REQUIRE_FALSE(bad.has_value());
    CHECK(bad.error().words().find("key:1:1: expected") != std::string::npos);
}

TEST_CASE("a store whose key is missing or lacks a line is not opened by a relay, and no new key is made") {
    const Folder folder;
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    const QuarantineItem item = item_for(original);
    std::string first_id;
    {
        auto store = open_store(folder);
        first_id = store->made_key_id();
        CHECK(first_id == bytes_of(folder / "key").substr(0, 8));
        REQUIRE(store->add(item, original).has_value());
    }
    CHECK(open_store(folder)->made_key_id().empty());
    const std::string key = bytes_of(folder / "key");
    const auto open_as = [&](QuarantineStore::Access access) {
        return QuarantineStore::open(folder / "quarantine", folder / "key", access);
    };
    fs::remove(folder / "key");
    for (const auto access : {QuarantineStore::Access::relay, QuarantineStore::Access::reader}) {
        const auto opened = open_as(access);
        REQUIRE_FALSE(opened.has_value());
        CHECK(opened.error().fault() == Fault::configuration);
        CHECK_THAT(opened.error().words(), Catch::Contains(folder / "key") && Catch::Contains("1 kept mails") &&
                                               Catch::Contains("expected the file from its backup"));
        CHECK_FALSE(fs::exists(folder / "key"));
    }
    const FileDescriptor made(open((folder / "key").c_str(), O_WRONLY | O_CREAT, 0600));
    std::ofstream(folder / "key") << "0badcafe " << std::string(64, '7') << "\n";
    for (const bool index_is_there : {true, false}) {
        CAPTURE(index_is_there);
        if (!index_is_there) remove_index(folder);
        const auto opened = open_as(QuarantineStore::Access::relay);
        REQUIRE_FALSE(opened.has_value());
        CHECK(opened.error().fault() == Fault::configuration);
        CHECK_THAT(opened.error().words(), Catch::Contains(first_id));
        // A missing key is no reason to move evidence.
        CHECK(fs::exists(item_path(folder, item.id)));
        CHECK(fs::is_empty(folder / "quarantine/aside"));
    }
    std::ofstream(folder / "key") << "0badcafe " << std::string(64, '7') << "\n" << key;
    CHECK(open_store(folder)->load_original(item.id).has_value());
    // A command beside it lists and deletes, so that there is a way out, and says what is missing.
    std::ofstream(folder / "key") << "0badcafe " << std::string(64, '7') << "\n";
    {
        auto reader = open_store(folder, QuarantineStore::Access::reader);
        CHECK_THAT(reader->check_keys().error().words(), Catch::Contains("1 with key " + first_id));
        CHECK(reader->list({}).value().at(0).key_id == first_id);
        // The same when a person moved it away, before the index knows.
        fs::rename(item_path(folder, item.id), folder / "away");
        CHECK(reader->check_keys().has_value());
    }
    CHECK(open_store(folder)->list({}).value().empty());
}

TEST_CASE("a disk that does not give an item moves it nowhere and stops the start") {
    const Folder folder;
    const std::string id = "0123456789abcdefghjkmnpqrs";
    { auto store = open_store(folder); }
    fs::create_directory(item_path(folder, id));  // read() says EISDIR, which is not the item's fault
    const auto opened = QuarantineStore::open(folder / "quarantine", folder / "key", QuarantineStore::Access::relay);
    REQUIRE_FALSE(opened.has_value());
    CHECK(opened.error().fault() == Fault::io);
    CHECK(fs::exists(item_path(folder, id)));
    CHECK(fs::is_empty(folder / "quarantine/aside"));
}

TEST_CASE("AC-241 a damaged item of the same id does not count as kept: it is moved aside and the mail written") {
    const Folder folder;
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    const QuarantineItem item = item_for(original);
    auto store = open_store(folder);
    REQUIRE(store->add(item, original).has_value());
    fs::resize_file(item_path(folder, item.id), fs::file_size(item_path(folder, item.id)) - 1);
    CHECK(store->add(item, original).value() == QuarantineStore::Added::now);
    CHECK(store->load_original(item.id)->sha256() == original.sha256());
    CHECK(store->status()->moved_aside == 1);
}

TEST_CASE("what lies under the name of a temporary file is not written through") {
    const Folder folder;
    const RawMail original = raw("Subject: x\r\n\r\nbody\r\n");
    const QuarantineItem item = item_for(original);
    auto store = open_store(folder);
    std::ofstream(folder / "victim") << "precious";
    const std::string temporary = folder / ("quarantine/tmp/" + item.id + "." + std::to_string(getpid()) + ".tmp");
    const std::string note = folder / ("quarantine/released/" + item.id + ".released");
    const std::string note_temporary = note + "." + std::to_string(getpid()) + ".tmp";
    const auto prepare = GENERATE(0, 1, 2);
    for (const std::string& path : {temporary, note_temporary}) {
        if (prepare == 0) fs::create_symlink(folder / "victim", path);
        if (prepare == 1) fs::create_hard_link(folder / "victim", path);
        if (prepare == 2) std::ofstream(path) << "left by a writer of our number";
    }
    REQUIRE(store->add(item, original).value() == QuarantineStore::Added::now);
    ReleaseOrder order;
    order.item_id = item.id;
    REQUIRE(store->note_release(order, item.received_at).has_value());
    CHECK(bytes_of(folder / "victim") == "precious");
    CHECK(fs::is_regular_file(fs::symlink_status(item_path(folder, item.id))));
    CHECK(fs::is_regular_file(fs::symlink_status(note)));
    CHECK(store->load_original(item.id).has_value());
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
