#include "relay/forward/log_follower.hpp"

#include <zstd.h>

#include <catch2/catch.hpp>

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
    void pack(const std::string& file) const {
        const std::string bytes = folder.bytes(file);
        std::string packed(ZSTD_compressBound(bytes.size()), '\0');
        packed.resize(ZSTD_compress(packed.data(), packed.size(), bytes.data(), bytes.size(), 3));
        folder.write(file + ".zst", packed);
        fs::remove(folder.file(file));
    }
    void age(const std::string& file) const {
        fs::last_write_time(folder.file(file), fs::file_time_type::clock::now() - std::chrono::hours(1));
    }
    // The numbers of what follows now; 0 for what has none.
    std::vector<std::uint64_t> numbers() {
        std::vector<std::uint64_t> all;
        while (follower->next().value()) {
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
