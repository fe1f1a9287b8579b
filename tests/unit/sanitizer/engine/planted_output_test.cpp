// What no converter gets past the launcher, and would be refused all the same: links, pipes and files of others where
// its output is expected. Planted here by somebody whom nothing holds.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>

#include "sanitizer/engine/job_folder.hpp"
#include "sanitizer/engine/launcher.hpp"
#include "tests/unit/sanitizer/engine/engine_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

constexpr std::uint64_t bytes_max = 100;

std::string read_file(const std::string& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
}

// A job whose output is expected at `place()`, and a file elsewhere that nothing may touch.
struct Planted {
    Planted() : folder(JobFolder::make().value()) { std::ofstream(elsewhere()) << "a letter"; }
    std::string place() const { return folder.path() + "/out/pages"; }
    std::string elsewhere() const { return temporary.path() + "/elsewhere"; }

    TemporaryFolder temporary;
    JobFolder folder;
};

using Plant = void (*)(const Planted&);

void plant_symlink(const Planted& job) { REQUIRE(::symlink(job.elsewhere().c_str(), job.place().c_str()) == 0); }
void plant_hard_link(const Planted& job) { REQUIRE(::link(job.elsewhere().c_str(), job.place().c_str()) == 0); }
void plant_pipe(const Planted& job) { REQUIRE(::mkfifo(job.place().c_str(), 0600) == 0); }
void plant_directory(const Planted& job) { REQUIRE(::mkdir(job.place().c_str(), 0700) == 0); }
void plant_socket(const Planted& job) {
    const FileDescriptor listening(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strcpy(address.sun_path, job.place().c_str());
    REQUIRE(::bind(listening.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
}

// A copy of standard input into that file, by a converter that is started and confined as all are.
EngineCommand copying() {
    EngineCommand command;
    command.program = "/usr/bin/cat";
    command.input_name = "document";
    command.reads_input = true;
    command.output_name = "pages";
    command.readable = {"/etc/ld.so.cache"};
    command.executable = {"/usr"};
    return command;
}

// Did it run, and end well?
std::string launched(const Planted& job) {
    std::ofstream(job.folder.path() + "/in/document") << "copied";
    const auto converter = launch(copying(), {}, job.folder.path());
    REQUIRE(converter.has_value());
    int status = 0;
    REQUIRE(::waitpid(converter->pid, &status, 0) == converter->pid);
    if (!converter->was_started()) return "not started";
    return status == 0 ? "done" : "failed";
}

}  // namespace

TEST_CASE("nothing but a file of the job's own is taken, marked or written") {
    for (const Plant plant : {plant_symlink, plant_hard_link, plant_pipe, plant_directory, plant_socket}) {
        const Planted job;
        plant(job);
        const auto taken = job.folder.take_output("pages", bytes_max);
        REQUIRE(taken.has_error());
        CHECK(taken.error().fault() == Fault::protocol);
        CHECK(taken.error().words() == "what it made is no file");
        const auto marked = job.folder.append_output("pages", "\f");
        REQUIRE(marked.has_error());
        CHECK(marked.error().words() == "what it made is no file");
        CHECK(read_file(job.elsewhere()) == "a letter");
    }
    for (const Plant plant : {plant_symlink, plant_pipe, plant_directory, plant_socket}) {
        const Planted job;
        plant(job);
        CHECK(launched(job) == "not started");
        CHECK(read_file(job.elsewhere()) == "a letter");
    }
}

TEST_CASE("a file of the job's own is all of that, under its name alone") {
    const Planted job;
    CHECK(launched(job) == "done");
    REQUIRE(job.folder.append_output("pages", "\f").has_value());
    CHECK(launched(job) == "done");
    CHECK(read_file(job.place()) == "copied\fcopied");
    CHECK(job.folder.take_output("pages", bytes_max).has_value());
    CHECK(job.folder.take_output("", bytes_max).has_value());
    CHECK(job.folder.take_output("other", bytes_max).error().words() == "it made a file of another name");
    CHECK(job.folder.take_output("pages", 12).error().fault() == Fault::limit);
}
