// A unit that is taken over, or none of ours: whatever it answers over its socket is no file, or one failure of one
// file.
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <cstring>
#include <functional>
#include <string>
#include <thread>
#include <vector>

#include "sanitizer/engine/engine_client.hpp"
#include "sanitizer/engine/engine_wire.hpp"
#include "sanitizer/mail/sealed_file.hpp"
#include "sanitizer/worker/descriptor_passing.hpp"
#include "tests/unit/sanitizer/engine/engine_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

using Behaviour = std::function<void(int socket)>;

// One connection, one answer, once the job has been read.
class Unit {
public:
    explicit Unit(Behaviour behaviour) : listening_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_un address{};
        address.sun_family = AF_UNIX;
        std::strcpy(address.sun_path, path().c_str());
        REQUIRE(::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
        REQUIRE(::listen(listening_.get(), 1) == 0);
        thread_ = std::thread([this, behaviour = std::move(behaviour)] {
            const FileDescriptor socket(::accept(listening_.get(), nullptr, nullptr));
            std::array<char, 4096> job;
            if (::read(socket.get(), job.data(), job.size()) > 0) behaviour(socket.get());
        });
    }
    Unit(const Unit&) = delete;
    ~Unit() { thread_.join(); }
    std::string path() const { return folder_.path() + "/engine.sock"; }

private:
    TemporaryFolder folder_;
    FileDescriptor listening_;
    std::thread thread_;
};

void say(int socket, const std::string& frame, const FileDescriptor& file = {}) {
    if (!file.is_open()) {
        (void)!::write(socket, frame.data(), frame.size());
    } else {
        (void)send_with_descriptors(socket, frame, std::array{file.get()});
    }
}

Result<UntrustedFile> asked(Behaviour behaviour) {
    const Unit unit(std::move(behaviour));
    EngineJob job;
    job.limits.out_bytes_max = 100;
    job.limits.wall_clock = std::chrono::seconds(1);
    job.limits.grace = std::chrono::seconds(1);
    return ask_engine({"", unit.path()}, job, told("nothing"));
}

FileDescriptor open_memory(const std::string& bytes) {
    FileDescriptor file(::memfd_create("open", MFD_CLOEXEC | MFD_ALLOW_SEALING));
    (void)!::write(file.get(), bytes.data(), bytes.size());
    return file;
}

const std::string made = encode_engine_answer({EngineEnd::made, ""});

}  // namespace

TEST_CASE("the unit's honest answer is believed, so the lies are stopped by what they say") {
    const auto file = asked([](int socket) { say(socket, made, sealed_file({"file"}).value()); });
    if (!file) FAIL(file.error().words());
    CHECK(bytes_of(*file) == "file");
}

TEST_CASE("no lie of an engine's unit is a file") {
    struct Lie {
        std::string words;
        Behaviour tells;
    };
    const std::vector<Lie> lies{
        {"without a file", [](int s) { say(s, made); }},
        {"not sealed", [](int s) { say(s, made, open_memory("file")); }},
        {"not sealed", [](int s) { say(s, made, FileDescriptor(::open("/etc/passwd", O_RDONLY | O_CLOEXEC))); }},
        {"allowed are 100", [](int s) { say(s, made, sealed_file({std::string(101, 'x')}).value()); }},
        {"after the answer", [](int s) { say(s, made + made, sealed_file({"file"}).value()); }},
        {"expected kind", [](int s) { say(s, encode_engine_job({})); }},
        {"frame", [](int s) { say(s, std::string(1000, '\xee')); }},
        {"plain", [](int s) {
             std::string frame = encode_engine_answer({EngineEnd::failed, "a b"});
             frame[frame.size() - 2] = '\n';
             say(s, frame);
         }}};
    for (const Lie& lie : lies) {
        INFO(lie.words);
        const auto file = asked(lie.tells);
        REQUIRE(file.has_error());
        CHECK(file.error().fault() == Fault::protocol);
        CHECK_THAT(file.error().words(), Catch::Contains(lie.words));
        CHECK(not_converted_by(file.error()).why == Reason::engine_failed);
    }
}

TEST_CASE("a unit that ends, or says nothing, is a failure at its time") {
    CHECK(asked([](int) {}).error().fault() == Fault::disconnected);
    CHECK(asked([](int s) { say(s, made.substr(0, 5)); }).error().fault() == Fault::disconnected);
    const auto waits = [](int socket) {
        char byte = 0;
        (void)!::read(socket, &byte, 1);  // until the relay has had enough
    };
    CHECK(asked(waits).error().fault() == Fault::timeout);
}

TEST_CASE("what a unit has not is unavailable, what it could not do has failed") {
    const auto end = [](EngineEnd how) {
        return asked([how](int socket) { say(socket, encode_engine_answer({how, "words"})); }).error().fault();
    };
    CHECK(end(EngineEnd::missing) == Fault::unavailable);
    CHECK(end(EngineEnd::late) == Fault::timeout);
    CHECK(end(EngineEnd::failed) == Fault::protocol);
}
