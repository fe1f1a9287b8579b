#include "relay/host/reserve.hpp"

#include <catch2/catch.hpp>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vector>

namespace mugaika {
namespace {

class Machine {
public:
    Machine() { REQUIRE(::mkdtemp(path_.data()) != nullptr); }
    ~Machine() { std::filesystem::remove_all(path_); }
    Machine(const Machine&) = delete;
    Machine& operator=(const Machine&) = delete;

    const std::string& path() const { return path_; }
    void has(const std::string& file, const std::string& text) const {
        std::filesystem::create_directories(std::filesystem::path(path_ + file).parent_path());
        std::ofstream(path_ + file) << text;
    }
    std::uint64_t memory_free() const { return read_reserve(path_, "-", path_).memory_free; }
    std::string log() const {
        std::stringstream text;
        text << std::ifstream(path_ + "/events.jsonl").rdbuf();
        return text.str();
    }

private:
    std::string path_ = (std::filesystem::temp_directory_path() / "mugaika-reserve-XXXXXX").string();
};

std::size_t count(const std::string& text, const std::string& words) {
    std::size_t found = 0;
    for (std::size_t at = text.find(words); at != std::string::npos; at = text.find(words, at + 1)) ++found;
    return found;
}

ReserveReading free_of(std::uint64_t disk, std::uint64_t memory) { return {disk, memory}; }

}  // namespace

// matrix: recipient/disk_full
TEST_CASE("each shortage has its row, the disk first, and there is none while there is room") {
    const auto log = EventLog::open("/dev/null", "host").value();
    Reserve reserve(*log);
    ReserveLimits limits;
    limits.disk_free_min = 1000;
    limits.memory_free_min = 500;
    limits.waiting_mails_max = 10;
    CHECK(reserve.shortage(limits, 9) == nullptr);
    CHECK(reserve.shortage(limits, 10) == &outcome<Stage::recipient, Failure::busy>());
    reserve.take_up(free_of(1000, 499));
    CHECK(reserve.shortage(limits, 10) == &outcome<Stage::recipient, Failure::memory_low>());
    reserve.take_up(free_of(999, 499));
    CHECK(reserve.shortage(limits, 10) == &outcome<Stage::recipient, Failure::disk_full>());
    reserve.take_up({1100, 550, 999});
    CHECK(reserve.shortage(limits, 8) == &outcome<Stage::recipient, Failure::disk_full>());
    CHECK(reserve.low() == std::vector<std::string_view>{"log_disk"});
    reserve.take_up({1100, 550, ReserveReading::plenty, true});
    CHECK(reserve.shortage(limits, 8) == &outcome<Stage::recipient, Failure::disk_full>());
    CHECK(reserve.low() == std::vector<std::string_view>{"log"});
    reserve.take_up(free_of(1100, 550));
    CHECK(reserve.shortage(limits, 8) == nullptr);
    for (const Failure failure : {Failure::busy, Failure::memory_low, Failure::disk_full}) {
        const Outcome* row = find_outcome(Stage::recipient, failure);
        REQUIRE(row != nullptr);
        CHECK(row->ending == Ending::answer_for_now);
        CHECK(row->code / 100 == 4);
    }
}

TEST_CASE("a change of state is one event, and a value at the limit does not go to and fro") {
    const Machine machine;
    const auto log = EventLog::open(machine.path() + "/events.jsonl", "host").value();
    Reserve reserve(*log);
    ReserveLimits limits;
    limits.disk_free_min = 1000;
    for (const std::uint64_t free : std::vector<std::uint64_t>{1000, 999, 998, 1000, 1099, 999}) {
        reserve.take_up(free_of(free, ReserveReading::plenty));
        reserve.shortage(limits, 0);
    }
    CHECK(count(machine.log(), "reserve.low") == 1);
    CHECK(count(machine.log(), "reserve.recovered") == 0);
    reserve.take_up(free_of(1100, ReserveReading::plenty));
    CHECK(reserve.shortage(limits, 0) == nullptr);
    CHECK(count(machine.log(), "reserve.recovered") == 1);
    CHECK(count(machine.log(), "\"of\":\"disk\"") == 2);
}

TEST_CASE("a limit of zero is never reached") {
    const auto log = EventLog::open("/dev/null", "host").value();
    Reserve reserve(*log);
    ReserveLimits limits;
    limits.disk_free_min = 0;
    limits.memory_free_min = 0;
    reserve.take_up(free_of(0, 0));
    CHECK(reserve.shortage(limits, 0) == nullptr);
}

TEST_CASE("free memory is what the machine or the control group leaves, whichever is less") {
    const Machine machine;
    CHECK(machine.memory_free() == ReserveReading::plenty);
    machine.has("/proc/meminfo", "MemTotal:  16000 kB\nMemFree:  1 kB\nMemAvailable:    8000 kB\n");
    CHECK(machine.memory_free() == 8000 * 1024);
    machine.has("/proc/self/cgroup", "0::/mugaika.service\n");
    machine.has("/sys/fs/cgroup/mugaika.service/memory.max", "max\n");
    machine.has("/sys/fs/cgroup/mugaika.service/memory.current", "4096000\n");
    CHECK(machine.memory_free() == 8000 * 1024);
    machine.has("/sys/fs/cgroup/mugaika.service/memory.max", "5000000\n");
    CHECK(machine.memory_free() == 904000);
    machine.has("/sys/fs/cgroup/mugaika.service/memory.stat", "anon 9\nfile 100\ninactive_file 96000\n");
    CHECK(machine.memory_free() == 1000000);
    machine.has("/sys/fs/cgroup/mugaika.service/memory.current", "9000000\n");
    CHECK(machine.memory_free() == 0);
}

TEST_CASE("the disk of a folder is read, and one that is not there stops no mail") {
    const Machine machine;
    CHECK(read_reserve(machine.path(), "-").disk_free < ReserveReading::plenty);
    CHECK(read_reserve(machine.path() + "/none", "-").disk_free == ReserveReading::plenty);
}

TEST_CASE("the log's disk counts where it is another one, also before the log is there") {
    const Machine machine;
    for (const std::string& beside : {machine.path() + "/events.jsonl", machine.path(), std::string("-")}) {
        CAPTURE(beside);
        CHECK(read_reserve(machine.path(), beside).log_disk_free == ReserveReading::plenty);
    }
    // /proc is a file system of its own on every machine, and has no room.
    CHECK(read_reserve(machine.path(), "/proc/mugaika-events.jsonl").log_disk_free == 0);
    CHECK(read_reserve(machine.path(), "/proc/version").log_disk_free == 0);
}

TEST_CASE("which disk is short, by how much, and what follows, in words") {
    ReserveLimits limits;
    limits.disk_free_min = 256u << 20;
    CHECK(disk_warnings({limits.disk_free_min, 0, limits.disk_free_min}, limits, "/state", "/log").empty());
    const auto lines = disk_warnings({1u << 20, 0, 0}, limits, "/state", "/log");
    REQUIRE(lines.size() == 2);
    CHECK(lines[0] ==
          "[relay] state_dir: 1024 KB are free for /state, less than disk_free_min (262144 KB): every recipient is "
          "answered 452 until there is more");
    CHECK_THAT(lines[1], Catch::StartsWith("[relay] log: 0 KB are free for /log,"));
}

}  // namespace mugaika
