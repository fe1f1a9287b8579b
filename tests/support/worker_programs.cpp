#include "tests/support/worker_programs.hpp"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <map>
#include <stdexcept>
#include <string_view>

#include "sanitizer/worker/control.hpp"
#include "sanitizer/worker/serve.hpp"
#include "sanitizer/worker/template.hpp"
#include "sanitizer/worker/wire.hpp"
#include "tests/support/file_lies.hpp"
#include "tests/support/release_lies.hpp"
#include "tests/support/sample_extract.hpp"
#include "tests/support/worker_lies.hpp"

namespace mugaika::test {
namespace {

void write_all(int socket, std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(socket, bytes.data(), bytes.size());
        if (written <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
}

void wait_for_job(int socket) {
    std::array<char, 65536> job;
    if (::read(socket, job.data(), job.size()) <= 0) ::_exit(0);
}

// Until the relay has seen enough and closes or kills.
int wait_for_end(int socket) {
    char byte = 0;
    while (::read(socket, &byte, 1) > 0) {
    }
    return 0;
}

int answer(int socket, std::string_view bytes) {
    wait_for_job(socket);
    write_all(socket, bytes);
    return wait_for_end(socket);
}

std::string frame(std::uint32_t length, char kind, std::string_view payload) {
    std::string bytes;
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(length >> (8 * i) & 0xff));
    return bytes + kind + std::string(3, '\0') + std::string(payload);
}

const std::map<std::string_view, WorkerBody> behaviours{
    {"good", [](int socket, const WorkerLimits&) { return answer(socket, encode_extract(sample_extract())); }},
    // An attached mail became text, whatever the job says of it.
    {"ignores_rules",
     [](int socket, const WorkerLimits&) {
         Extract extract = sample_extract();
         extract.parts.pop_back();
         extract.files.clear();
         return answer(socket, encode_extract(extract));
     }},
    // Claims for its sender's sake, and takes it back once it has been given other rules.
    {"changes_its_word",
     [](int socket, const WorkerLimits&) {
         std::string frame(65536, '\0');
         const ssize_t taken = ::read(socket, frame.data(), frame.size());
         if (taken <= 0) ::_exit(0);
         frame.resize(static_cast<std::size_t>(taken));
         const auto job = decode_job(payload_of(frame));
         if (!job) ::_exit(9);
         Extract extract = sample_extract();
         extract.parts.pop_back();
         extract.files.clear();
         if (job->profile.rules.empty()) {
             extract.header.authentication = {"mx.upstream.example", {AuthResult::pass}};
             extract.parts.resize(1);
             extract.texts.resize(1);
         }
         write_all(socket, encode_extract(extract));
         return wait_for_end(socket);
     }},
    {"dies",
     [](int socket, const WorkerLimits&) {
         wait_for_job(socket);
         return std::raise(SIGKILL);
     }},
    {"dies_at_once", [](int, const WorkerLimits&) { return 3; }},
    {"throws",
     [](int socket, const WorkerLimits&) -> int {
         wait_for_job(socket);
         throw std::runtime_error("inside a mail");
     }},
    {"dies_in_the_answer",
     [](int socket, const WorkerLimits&) {
         wait_for_job(socket);
         const std::string bytes = encode_extract(sample_extract());
         write_all(socket, std::string_view(bytes).substr(0, bytes.size() - 1));
         return 0;
     }},
    {"hangs",
     [](int socket, const WorkerLimits&) {
         wait_for_job(socket);
         return std::raise(SIGSTOP);
     }},
    {"hangs_in_the_answer", [](int socket, const WorkerLimits&) { return answer(socket, frame(100, 'X', "abc")); }},
    {"garbage", [](int socket, const WorkerLimits&) { return answer(socket, std::string(1000, '\xee')); }},
    {"wrong_kind", [](int socket, const WorkerLimits&) { return answer(socket, frame(0, 'J', "")); }},
    {"bad_extract", [](int socket, const WorkerLimits&) { return answer(socket, frame(5, 'X', "abcde")); }},
    // Answers mail after mail, and each time there was an anomaly in it.
    {"lives_on",
     [](int socket, const WorkerLimits&) {
         const std::string bytes = encode_extract(sample_extract());
         for (;;) {
             wait_for_job(socket);
             write_all(socket, bytes);
         }
         return 0;
     }},
    {"announces_too_much", [](int socket, const WorkerLimits&) { return answer(socket, frame(0xffffffff, 'X', "")); }},
    {"answers_twice",
     [](int socket, const WorkerLimits&) {
         const std::string once = encode_extract(sample_extract());
         return answer(socket, once + once);
     }},
    {"answers_without_end",
     [](int socket, const WorkerLimits&) {
         const std::string much(1u << 20, 'x');
         wait_for_job(socket);
         write_all(socket, encode_extract(sample_extract()) + much);
         for (;;) write_all(socket, much);
         return 0;
     }},
    {"looks_around",
     [](int socket, const WorkerLimits&) {  // its exit code is the number of descriptors that it should not have
         int open = 0;
         for (int fd = socket + 1; fd < 1024; ++fd) open += ::fcntl(fd, F_GETFD) >= 0 ? 1 : 0;
         return open;
     }},
};

// Answers that agree with themselves: those about an order, and one with a file that nobody ordered.
int tell(int socket, std::string_view behaviour) {
    for (const ReleaseLie& lie : release_lies()) {
        if (lie.name == behaviour) return answer(socket, encode_extract(lie.told));
    }
    return 1;
}

[[noreturn]] void run(std::string_view behaviour) {
    if (behaviour == "no_template") ::_exit(7);
    if (behaviour == "real") {
        const auto typer = load_tables();
        ::_exit(typer ? run_template(
                            control::socket_number,
                            [&](int socket, const WorkerLimits& limits) { return serve_jobs(socket, *typer, limits); })
                      : 69);
    }
    if (const WorkerBody body = file_behaviour(behaviour)) ::_exit(run_template(control::socket_number, body));
    constexpr std::string_view lie_prefix = "lie.";
    if (behaviour.starts_with(lie_prefix)) {
        const std::string_view name = behaviour.substr(lie_prefix.size());
        const auto told = std::find_if(lies().begin(), lies().end(), [&](const Lie& lie) { return lie.name == name; });
        if (told == lies().end()) ::_exit(8);
        const std::string bytes = frame_of(*told);
        ::_exit(run_template(control::socket_number,
                             [&](int socket, const WorkerLimits&) { return answer(socket, bytes); }));
    }
    const auto found = behaviours.find(behaviour);
    if (found != behaviours.end()) ::_exit(run_template(control::socket_number, found->second));
    ::_exit(
        run_template(control::socket_number, [=](int socket, const WorkerLimits&) { return tell(socket, behaviour); }));
}

// Before main, which is Catch's and belongs to all test programs: it would take our arguments for its own. Stands below
// what it uses, so that this is made before it.
struct Starter {
    Starter() {
        const std::string_view name = program_invocation_name;
        const std::size_t at = name.rfind("test_worker.");
        if (at != std::string_view::npos) run(name.substr(at + std::string_view("test_worker.").size()));
    }
} const starter;

}  // namespace
}  // namespace mugaika::test
