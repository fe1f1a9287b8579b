#include "relay/forward/log_follower.hpp"

#include <zstd.h>

#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "tests/support/chained_lines.hpp"
#include "tests/support/log_folder.hpp"

using namespace mugaika;
namespace fs = std::filesystem;

namespace {

constexpr const char* name = "events.jsonl";
constexpr const char* rotated = "events.jsonl-20251201-000000";

struct Following {
    Following() { begin(); }
    void begin() { follower = std::make_unique<LogFollower>(folder.file(name), say); }
    // As a process that begins anew from what the last one kept.
    void begin_again() {
        const std::string file = follower->file(), time = follower->time();
        const std::uint64_t offset = follower->offset();
        begin();
        follower->go_to(file, offset, time);
    }
    void append(const std::string& bytes) const { folder.write(name, folder.bytes(name) + bytes); }
    void rotate() const { fs::rename(folder.file(name), folder.file(rotated)); }
    // As the relay does it: whole under its name before the plain one goes.
    void pack(const std::string& file) const {
        const std::string bytes = folder.bytes(file);
        std::string packed(ZSTD_compressBound(bytes.size()), '\0');
        packed.resize(ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 3));
        folder.write(file + ".zst.part", packed);
        fs::rename(folder.file(file + ".zst.part"), folder.file(file + ".zst"));
        fs::remove(folder.file(file));
    }
    void age(const std::string& file) const {
        fs::last_write_time(folder.file(file), fs::file_time_type::clock::now() - std::chrono::hours(1));
    }
    // The numbers of what follows now; 0 for what has none. Files that change all the time are looked at again later.
    std::vector<std::uint64_t> numbers() {
        std::vector<std::uint64_t> all;
        for (auto more = follower->next(); more || more.error().fault() != Fault::busy; more = follower->next()) {
            if (!more.value()) break;
            const auto link = chain_link(follower->line());
            all.push_back(link ? link->number : 0);
        }
        return all;
    }

    LogFolder folder;
    std::vector<std::string> said;
    LogFollower::Say say = [this](const std::string& words) { said.push_back(words); };
    std::unique_ptr<LogFollower> follower;
    test::ChainedLines lines;
};

using Numbers = std::vector<std::uint64_t>;

}  // namespace

TEST_CASE("lines come as they are written, and a line is none before its end") {
    Following log;
    CHECK(log.numbers().empty());
    log.append(log.lines.next(2));
    CHECK(log.numbers() == Numbers{1, 2});
    CHECK(log.numbers().empty());
    const std::string third = log.lines.next();
    log.append(third.substr(0, 20));
    CHECK(log.numbers().empty());
    log.append(third.substr(20));
    CHECK(log.numbers() == Numbers{3});
    log.begin_again();
    CHECK(log.numbers().empty());
    CHECK(log.said.empty());
}

TEST_CASE("the follower goes on over rotation, packing and a restart at any line, without a gap or a second time") {
    for (const bool is_packed : {false, true}) {
        for (int read = 0; read <= 3; ++read) {
            INFO("packed " << is_packed << ", read before " << read);
            Following log;
            log.append(log.lines.next(3));
            for (int i = 0; i < read; ++i) REQUIRE(log.follower->next().value());
            log.rotate();
            if (is_packed) log.pack(rotated);
            log.append(log.lines.next(2));
            log.begin_again();
            const Numbers left = log.numbers();
            CHECK(left.size() == static_cast<std::size_t>(5 - read));
            CHECK(left.back() == 5);
            CHECK(log.said.empty());
        }
    }
}

TEST_CASE("a file that was moved away is left only when the relay writes elsewhere, or after a minute") {
    Following log;
    test::ChainedLines command("mugaika");
    log.append(log.lines.next(2));
    CHECK(log.numbers() == Numbers{1, 2});
    log.rotate();
    log.append(command.next());  // of a command, into the new file
    CHECK(log.numbers().empty());
    log.folder.write(rotated, log.folder.bytes(rotated) + log.lines.next());  // the relay was not told yet
    CHECK(log.numbers() == Numbers{3});
    SECTION("the relay came") {
        log.append(log.lines.next());
        CHECK(log.numbers() == Numbers{1, 4});
    }
    SECTION("there is no relay") {
        log.age(rotated);
        CHECK(log.numbers() == Numbers{1});
    }
}

TEST_CASE("a line that lost its end in a full disk is handed out once its file is closed") {
    Following log;
    log.append(log.lines.next(1) + "{\"time\":\"2025-");
    CHECK(log.numbers() == Numbers{1});
    log.rotate();
    SECTION("plain") {}
    SECTION("packed") { log.pack(rotated); }
    log.append(log.lines.next());
    CHECK(log.numbers() == Numbers{0, 2});
}

TEST_CASE("a log that is copied and truncated is followed in its copy") {
    Following log;
    log.append(log.lines.next(3));
    REQUIRE(log.follower->next().value());
    log.begin_again();
    fs::copy_file(log.folder.file(name), log.folder.file("events.jsonl.1"));
    log.folder.write(name, "");
    CHECK(log.numbers() == Numbers{2, 3});
    log.append(log.lines.next(9));  // longer than it was
    CHECK(log.numbers() == Numbers{4, 5, 6, 7, 8, 9, 10, 11, 12});
}

TEST_CASE("where the file is gone the next one in time is gone on with, and that is said") {
    Following log;
    log.append(log.lines.next(3));
    fs::rename(log.folder.file(name), log.folder.file("events.jsonl.2"));
    log.append(log.lines.next(3));
    fs::rename(log.folder.file(name), log.folder.file("events.jsonl.1"));
    log.append(log.lines.next(3));
    for (int i = 0; i < 4; ++i) REQUIRE(log.follower->next().value());
    fs::remove(log.folder.file("events.jsonl.1"));
    log.begin_again();
    CHECK(log.numbers() == Numbers{7, 8, 9});
    REQUIRE(log.said.size() == 1);
    CHECK_THAT(log.said[0], Catch::Contains("is gone; goes on with"));
}

TEST_CASE("a packed log that is damaged is said and left") {
    Following log;
    log.append(log.lines.next(3));
    log.rotate();
    log.pack(rotated);
    const std::string file = std::string(rotated) + ".zst";
    log.append(log.lines.next(2));
    SECTION("at its beginning") { log.folder.write(file, "no zstd"); }
    SECTION("at its end") { log.folder.write(file, log.folder.bytes(file).substr(0, 60)); }
    const Numbers left = log.numbers();
    REQUIRE(left.size() >= 2);
    CHECK(Numbers(left.end() - 2, left.end()) == Numbers{4, 5});
    CHECK_FALSE(log.said.empty());
    log.append(log.lines.next());
    CHECK(log.numbers() == Numbers{6});
}

TEST_CASE("bytes that look like a packed log in the middle of a plain one are a line") {
    Following log;
    log.append(log.lines.next());
    CHECK(log.numbers() == Numbers{1});
    log.append("\x1f\x8b\x08 is no event\n" + log.lines.next());
    CHECK(log.numbers() == Numbers{0, 2});
}

TEST_CASE("a line longer than readers take is marked, and what stands behind it is read") {
    Following log;
    log.append(log.lines.next());
    log.append(std::string((16u << 20) + 10, 'x') + "\n");
    log.append(log.lines.next());
    REQUIRE(log.follower->next().value());
    REQUIRE(log.follower->next().value());
    CHECK(log.follower->too_long());
    log.begin_again();
    CHECK(log.numbers() == Numbers{2});
}

TEST_CASE("while the log is written, rotated and packed beside, each line comes once and in order") {
    constexpr int files = 200, lines_a_file = 40;
    Following log;
    std::atomic<bool> is_done = false;
    std::jthread writer([&] {
        for (int file = 0; file < files; ++file) {
            for (int i = 0; i < lines_a_file; ++i) {
                std::ofstream(log.folder.file(name), std::ios::binary | std::ios::app) << log.lines.next();
            }
            const std::string closed = std::string(rotated) + std::to_string(1000 + file);
            fs::rename(log.folder.file(name), log.folder.file(closed));
            if (file % 3 == 0) log.pack(closed);
        }
        std::ofstream(log.folder.file(name), std::ios::binary | std::ios::app) << log.lines.next();
        is_done = true;
    });
    Numbers all;
    for (int rounds = 0; all.size() < files * lines_a_file + 1;) {
        const bool was_done = is_done;
        const Numbers more = log.numbers();
        all.insert(all.end(), more.begin(), more.end());
        if (rounds++ % 7 == 0) log.begin_again();
        if (was_done && more.empty()) break;
    }
    writer.join();
    REQUIRE(all.size() == files * lines_a_file + 1);
    for (std::size_t i = 0; i < all.size(); ++i) CHECK(all[i] == i + 1);
    CHECK(log.said.empty());
}

TEST_CASE("who begins at the end gets what is written from then on") {
    Following log;
    log.append(log.lines.next(3));
    log.rotate();
    log.append(log.lines.next(2));
    REQUIRE(log.follower->go_to_end().has_value());
    CHECK(log.numbers().empty());
    log.append(log.lines.next());
    CHECK(log.numbers() == Numbers{6});
}
