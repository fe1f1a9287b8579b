// One job of an engine from end to end: the launcher as it is shipped, with a converter that does what it is told.
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <filesystem>
#include <sstream>
#include <string>

#include "sanitizer/engine/engine_client.hpp"
#include "sanitizer/mail/raw_mail.hpp"
#include "tests/unit/sanitizer/engine/engine_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

// Nothing may be left in the folder for jobs.
struct Job {
    explicit Job(std::string_view behaviour, OfficeFormat from = OfficeFormat::rtf) : file(told(behaviour)) {
        job.from = from;
        job.limits.wall_clock = std::chrono::seconds(60);
    }
    Result<UntrustedFile> ask() { return ask_engine({saboteur_program()}, job, file); }
    Error failure() {
        auto made = ask();
        REQUIRE(made.has_error());
        CHECK(temporary.is_empty());
        return made.error();
    }

    TemporaryFolder temporary;
    EngineJob job;
    UntrustedFile file;
};

}  // namespace

TEST_CASE("what a converter makes comes back, and nothing else stays") {
    Job job("answers\nPK and so on");
    const auto made = job.ask();
    if (!made) FAIL(made.error().words());
    CHECK(bytes_of(*made) == "PK and so on");
    CHECK(job.temporary.is_empty());
}

// matrix: engine/nonsense
TEST_CASE("no file, two, a folder, an empty or a large file are no answer") {
    struct Row {
        std::string_view behaviour, words;
    };
    for (const Row& row : {Row{"nothing", "no file"}, Row{"two", "more than one"}, Row{"folder", "is no file"},
                           Row{"empty", "empty"}, Row{"large", "larger than allowed"}}) {
        INFO(row.behaviour);
        Job job(row.behaviour);
        const Error error = job.failure();
        CHECK(error.fault() == Fault::protocol);
        CHECK_THAT(error.words(), Catch::Contains(std::string(row.words)));
        CHECK(not_converted_by(error).why == Reason::engine_failed);
    }
}

// matrix: engine/died
TEST_CASE("a converter that dies, ends with a fault or eats all memory is one failure") {
    struct Row {
        std::string_view behaviour, words;
    };
    for (const Row& row : {Row{"dies", "signal 9"}, Row{"exits", "exit 3"}, Row{"eats", "signal 11"}}) {
        INFO(row.behaviour);
        Job job(row.behaviour);
        job.job.limits.memory_bytes = 512u << 20;
        const Error error = job.failure();
        CHECK_THAT(error.words(), Catch::Contains(std::string(row.words)));
        CHECK(not_converted_by(error).why == Reason::engine_failed);
    }
}

// matrix: engine/late
TEST_CASE("a converter that hangs is ended at its time") {
    Job job("hangs");
    job.job.limits.wall_clock = std::chrono::seconds(1);
    const Error error = job.failure();
    CHECK(error.fault() == Fault::timeout);
    CHECK_THAT(error.words(), Catch::Contains("more than 1 s"));
    CHECK(not_converted_by(error).why == Reason::engine_failed);
}

// matrix: engine/disk_full
TEST_CASE("a converter that fills the disk is ended, and its files go, however deep") {
    for (const std::string_view behaviour : {"fills", "digs", "hides"}) {
        INFO(behaviour);
        Job job(behaviour);
        job.job.limits.disk_bytes = 16u << 20;
        const Error error = job.failure();
        CHECK(error.fault() == Fault::protocol);
        CHECK_THAT(error.words(), Catch::Contains("wrote more"));
        CHECK(not_converted_by(error).why == Reason::engine_failed);
    }
}

TEST_CASE("children of a converter that left its session are ended before its file is taken") {
    Job job("leaves_children", OfficeFormat::odp);
    const auto made = job.ask();
    if (!made) FAIL(made.error().words());
    std::istringstream pids(bytes_of(*made));
    int count = 0;
    for (pid_t pid = 0; pids >> pid; ++count) CHECK_FALSE(is_a_saboteur(pid));
    CHECK(count == 3);
}

TEST_CASE("a converter that forks without end leaves no process") {
    Job job("bomb", OfficeFormat::odp);
    job.job.limits.wall_clock = std::chrono::seconds(1);
    CHECK(job.failure().fault() == Fault::timeout);
    CHECK(saboteurs() == 0);
}

TEST_CASE("an engine ends its converter when nobody waits for it any more") {
    Job job("hangs");
    const int stop = ::eventfd(1, EFD_CLOEXEC);
    const auto stopped = ask_engine({saboteur_program()}, job.job, job.file, stop);
    ::close(stop);
    REQUIRE(stopped.has_error());
    CHECK(stopped.error().fault() == Fault::unavailable);
    CHECK(saboteurs() == 0);
    CHECK(job.temporary.is_empty());
}

// matrix: engine/unavailable
TEST_CASE("an engine that is not there, and a unit that nobody answers for") {
    const UntrustedFile file = told("answers");
    for (const EnginePlace& place : {EnginePlace{"/nowhere/mugaika-engine"}, EnginePlace{"", "/nowhere/engine.sock"},
                                     EnginePlace{"", std::string(200, 'x')}}) {
        const auto asked = ask_engine(place, {}, file);
        REQUIRE(asked.has_error());
        CHECK(asked.error().fault() == Fault::unavailable);
        CHECK(not_converted_by(asked.error()).why == Reason::engine_unavailable);
    }
}

TEST_CASE("a program that is no engine answers nothing, and that is a failure of one file") {
    const auto asked = ask_engine({"/bin/true"}, {}, told("answers"));
    REQUIRE(asked.has_error());
    CHECK(asked.error().fault() == Fault::disconnected);
    CHECK(not_converted_by(asked.error()).why == Reason::engine_failed);
}
