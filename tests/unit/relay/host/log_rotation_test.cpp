#include "relay/host/log_rotation.hpp"

#include <algorithm>
#include <atomic>
#include <catch2/catch.hpp>
#include <thread>

#include "relay/log/chain_check.hpp"
#include "relay/log/timestamp.hpp"
#include "tests/support/in_zone.hpp"
#include "tests/support/log_folder.hpp"

using namespace mugaika;
namespace fs = std::filesystem;

namespace {

constexpr const char* log_name = "events.jsonl";

Moment at(std::string_view rfc3339_text) { return moment_from_rfc3339(rfc3339_text).value(); }

struct Fixture {
    std::unique_ptr<EventLog> open(LogWriter writer = LogWriter::relay) const {
        return EventLog::open(log(), "mx", LogSync::no, writer).value();
    }
    std::string log() const { return folder.file(log_name); }
    std::vector<std::string> names() const {
        auto all = folder.names();
        std::sort(all.begin(), all.end());
        return all;
    }
    void made(const std::string& name, int days_old) const {
        folder.write(name, "{}\n");
        fs::last_write_time(folder.file(name), fs::file_time_type::clock::now() - std::chrono::hours(24) * days_old);
    }

    InZone zone{"Asia/Tokyo"};
    LogFolder folder;
    LogRotation rotation;
};

using Names = std::vector<std::string>;

}  // namespace

TEST_CASE("a log is closed at midnight of the clock that its times have, and is called by the moment") {
    const Fixture fixture;
    const auto log = fixture.open();
    const auto close = [&](std::string_view now) {
        return close_log_when_due(*log, fixture.log(), fixture.rotation, at(now)).value();
    };
    CHECK_FALSE(close("2026-12-01T00:00:00+09:00"));  // nothing stands there
    fixture.folder.write(log_name, R"({"time":"2026-11-30T23:59:59.000+09:00","event":"relay.stopped","host":"mx"})"
                                   "\n");
    CHECK_FALSE(close("2026-11-30T23:59:59+09:00"));
    CHECK_FALSE(close("2026-11-30T14:59:59Z"));
    CHECK(close("2026-11-30T15:00:01Z"));
    CHECK(fixture.names() == Names{log_name, "events.jsonl-20261201-000001"});
    CHECK_FALSE(close("2026-12-01T00:00:02+09:00"));
    // A clock that goes back closes nothing.
    log->write(event::RelayStopped{"now"});
    CHECK_FALSE(close("2020-01-01T00:00:00+09:00"));
}

TEST_CASE("a log is closed when it is large, and never when there is no rule that says so") {
    Fixture fixture;
    const auto log = fixture.open();
    fixture.rotation.daily = false;
    fixture.rotation.size_max = 1000;
    const Moment now = std::chrono::system_clock::now();
    log->write(event::RelayStopped{"small"});
    CHECK_FALSE(close_log_when_due(*log, fixture.log(), fixture.rotation, now).value());
    for (int i = 0; i < 10; ++i) log->write(event::RelayStopped{std::string(100, 'x')});
    CHECK(close_log_when_due(*log, fixture.log(), fixture.rotation, now).value());
    for (int i = 0; i < 10; ++i) log->write(event::RelayStopped{std::string(100, 'x')});
    CHECK_FALSE(close_log_when_due(*log, fixture.log(), fixture.rotation, now).has_value());  // the name is taken
    CHECK(fixture.folder.lines(log_name).size() == 10);
    fixture.rotation.size_max = 0;
    CHECK_FALSE(close_log_when_due(*log, fixture.log(), fixture.rotation, now).value());
}

TEST_CASE("no line is lost or moved when logs are closed while all write") {
    Fixture fixture;
    const auto log = fixture.open();
    fixture.rotation.size_max = 20000;
    constexpr std::size_t closings = 5, command_lines = 60;
    std::atomic<std::size_t> closed_by_now = 0;
    std::size_t relay_lines = 0;
    std::thread relay([&] {
        for (; closed_by_now < closings; ++relay_lines) log->write(event::RelayStopped{"r"});
    });
    std::thread command([&] {
        for (std::size_t i = 0; i < command_lines; ++i) {
            fixture.open(LogWriter::command)->write(event::RelayStopped{"c"});
        }
    });
    Moment now = std::chrono::system_clock::now();
    std::vector<std::string> closed;
    while (closed.size() < closings) {
        if (!close_log_when_due(*log, fixture.log(), fixture.rotation, now).value()) continue;
        closed.push_back(fixture.names().back());
        now += std::chrono::seconds(1);
        CHECK(log->say_resumed().has_value());
        closed_by_now = closed.size();
    }
    relay.join();
    command.join();
    ChainCheck check;
    closed.push_back(log_name);
    for (const std::string& name : closed) {
        const auto lines = fixture.folder.lines(name);
        for (std::size_t i = 0; i < lines.size(); ++i) check.take(name, i + 1, LineInChain::of(lines[i]));
    }
    for (const auto& [place, words] : check.first_faults()) UNSCOPED_INFO(place << ": " << words);
    CHECK(check.faults() == 0);
    CHECK(check.lines() == relay_lines + command_lines + closings);
    CHECK(log->lost_events() == 0);
}

TEST_CASE("closed logs are packed but the newest, and what a crash left half done is done again") {
    Fixture fixture;
    LogTidier tidier;
    fixture.made("events.jsonl-20261128-000000", 3);
    fixture.made("events.jsonl-20261129-000000", 2);
    fixture.made("events.jsonl-20261130-000000", 1);
    fixture.made(log_name, 0);
    fixture.folder.write("events.jsonl-20261128-000000.zst.part", "half");
    fixture.folder.write("events.jsonl-20261129-000000.zst", "of a packer that was killed before the plain one went");
    fixture.folder.write("events.jsonl.notes", "of nobody here");
    const auto written = fs::last_write_time(fixture.folder.file("events.jsonl-20261128-000000"));
    REQUIRE(tidier.tidy(fixture.log(), fixture.rotation, std::chrono::system_clock::now()).has_value());
    CHECK(fixture.names() == Names{log_name, "events.jsonl-20261128-000000.zst", "events.jsonl-20261129-000000.zst",
                                   "events.jsonl-20261130-000000", "events.jsonl.notes"});
    for (const char* name : {"events.jsonl-20261128-000000.zst", "events.jsonl-20261129-000000.zst"}) {
        CHECK(fixture.folder.bytes(name).starts_with("\x28\xb5\x2f\xfd"));
    }
    CHECK(fs::last_write_time(fixture.folder.file("events.jsonl-20261128-000000.zst")) - written <
          std::chrono::seconds(1));

    fixture.rotation.compress = false;
    fixture.made("events.jsonl-20261127-000000", 4);
    REQUIRE(tidier.tidy(fixture.log(), fixture.rotation, std::chrono::system_clock::now()).has_value());
    CHECK(fs::exists(fixture.folder.file("events.jsonl-20261127-000000")));
}

TEST_CASE("closed logs that are older than the days are removed, whatever packed them, and nothing else") {
    Fixture fixture;
    LogTidier tidier;
    fixture.rotation.compress = false;
    fixture.rotation.days = 30;
    fixture.made(log_name, 90);
    for (const char* name : {"events.jsonl-20260901-000000", "events.jsonl-20260902-000000.zst", "events.jsonl.7.gz",
                             "events.jsonl-20260801.xz", "other.jsonl.1", "events.jsonl.bak", "events.jsonl.seals"}) {
        fixture.made(name, 31);
    }
    fixture.made("events.jsonl-20261130-000000", 29);
    REQUIRE(tidier.tidy(fixture.log(), fixture.rotation, std::chrono::system_clock::now()).has_value());
    CHECK(fixture.names() ==
          Names{log_name, "events.jsonl-20261130-000000", "events.jsonl.bak", "events.jsonl.seals", "other.jsonl.1"});
    fixture.rotation.days = 0;
    fixture.made("events.jsonl-20200901-000000", 2000);
    REQUIRE(tidier.tidy(fixture.log(), fixture.rotation, std::chrono::system_clock::now()).has_value());
    CHECK(fs::exists(fixture.folder.file("events.jsonl-20200901-000000")));
}

TEST_CASE("a packer that is stopped or fails leaves the closed log as it was") {
    Fixture fixture;
    fixture.made("events.jsonl-20261129-000000", 2);
    fixture.made("events.jsonl-20261130-000000", 1);
    const Moment now = std::chrono::system_clock::now();
    {
        LogTidier tidier;
        fs::create_directory(fixture.folder.file("events.jsonl-20261129-000000.zst"));  // cannot be replaced by a file
        CHECK_FALSE(tidier.tidy(fixture.log(), fixture.rotation, now).has_value());
        fs::remove(fixture.folder.file("events.jsonl-20261129-000000.zst"));
    }
    LogTidier tidier;
    // Too large to be packed before it is stopped.
    const std::string large = "events.jsonl-20261129-000000";
    fs::resize_file(fixture.folder.file(large), std::uintmax_t{64} << 30);
    fs::last_write_time(fixture.folder.file(large), fs::file_time_type::clock::now() - std::chrono::hours(48));
    std::thread packing([&] { CHECK_FALSE(tidier.tidy(fixture.log(), fixture.rotation, now).has_value()); });
    while (!fs::exists(fixture.folder.file(large + ".zst.part"))) std::this_thread::yield();
    tidier.stop();
    packing.join();
    CHECK(fs::file_size(fixture.folder.file(large)) == std::uintmax_t{64} << 30);
    CHECK_FALSE(fs::exists(fixture.folder.file(large + ".zst")));
    CHECK_FALSE(tidier.tidy(fixture.log(), fixture.rotation, now).has_value());
}
