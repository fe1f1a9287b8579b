#include "sanitizer/worker/client.hpp"
#include "sanitizer/worker/exchange.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <fstream>

#include "test_places.hpp"
#include "tests/support/sample_extract.hpp"
#include "tests/support/skipped.hpp"
#include "tests/support/worker_programs.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

WorkerLimits quick() {
    WorkerLimits limits;
    limits.wall_clock = std::chrono::milliseconds(300);
    return limits;
}

WorkerTemplate started(const std::string& behaviour, const WorkerLimits& limits = {}) {
    const WorkerProgram program(behaviour);
    auto workers = WorkerTemplate::start(program.path(), limits);
    if (!workers) FAIL(workers.error().words());
    return *std::move(workers);
}

RawMail mail() { return RawMail::from_bytes("Subject: x\r\n\r\n" + std::string(1000, 'b') + "\r\n").value(); }

Job job_for(const RawMail& raw) {
    Job job;
    order_sample_files(job);
    job.mail_bytes = raw.size();
    return job;
}

WorkerAnswer ask(WorkerTemplate& workers, const WorkerLimits& limits) {
    const RawMail raw = mail();
    auto answer = ask_worker(workers, job_for(raw), raw, limits);
    REQUIRE(answer.has_value());
    return *std::move(answer);
}

bool is_gone(pid_t pid) { return ::kill(pid, 0) != 0 && errno == ESRCH; }

// A killed process leaves when the kernel and its parent get round to it.
bool goes_away(pid_t pid) {
    for (int i = 0; i < 2000 && !is_gone(pid); ++i) ::usleep(1000);
    return is_gone(pid);
}

}  // namespace

TEST_CASE("a worker's good answer arrives checked") {
    WorkerTemplate workers = started("good");
    CHECK(workers.sandbox_words().find("seccomp") != std::string::npos);
    const WorkerAnswer answer = ask(workers, {});
    REQUIRE(answer.extract.has_value());
    CHECK_FALSE(answer.failure.has_value());
    CHECK(encode_extract(*answer.extract) == encode_extract(sample_extract()));
}

TEST_CASE("AC-237 AC-238 a worker that fails on a mail twice is a verdict with its reason, after one retry") {
    struct Case {
        const char* behaviour;
        Reason reason;
        const char* words;
    };
    const std::vector<Case> cases{
        {"dies", Reason::worker_died, "signal 9"},
        {"dies_at_once", Reason::worker_died, "exit 3"},
        {"throws", Reason::worker_died, "exit 70"},
        {"dies_in_the_answer", Reason::worker_died, "exit 0"},
        {"hangs", Reason::worker_late, "in time"},
        {"hangs_in_the_answer", Reason::worker_late, "in time"},
        {"garbage", Reason::worker_nonsense, "frame"},
        {"wrong_kind", Reason::worker_nonsense, "kind"},
        {"bad_extract", Reason::worker_nonsense, "frame"},
        {"lie.program_as_text", Reason::worker_nonsense, "1.2/1"},
        {"announces_too_much", Reason::worker_nonsense, "4294967295"},
        {"answers_twice", Reason::worker_nonsense, "after the answer"},
        {"answers_without_end", Reason::worker_nonsense, "after the answer"},
    };
    for (const Case& c : cases) {
        CAPTURE(c.behaviour);
        // Only those that hang are to be late: on a busy machine others take long too, to end and to be heard.
        const WorkerLimits limits = c.reason == Reason::worker_late ? quick() : WorkerLimits();
        WorkerTemplate workers = started(c.behaviour, limits);
        const WorkerAnswer answer = ask(workers, limits);
        CHECK_FALSE(answer.extract.has_value());
        REQUIRE(answer.failure.has_value());
        CAPTURE(answer.failure->words);
        CHECK(to_string(answer.failure->reason) == to_string(c.reason));
        const std::string& words = answer.failure->words;
        const std::size_t again = words.find("; again: ");
        CHECK(words.find(c.words) < again);  // said of the first and of the second worker, and there is no third
        CHECK(words.find(c.words, again) != std::string::npos);
        CHECK(words.find("; again: ", again + 1) == std::string::npos);
    }
}

TEST_CASE("AC-237 after a mail that kills workers the next mail is read by the same template") {
    WorkerTemplate workers = started("good");
    {
        auto worker = workers.fork_worker();
        REQUIRE(worker.has_value());
        worker->kill();
        CHECK(workers.take_exit_words(worker->pid(), std::chrono::seconds(5)) == "signal 9");
    }
    CHECK(ask(workers, {}).extract.has_value());
}

TEST_CASE("destroying a worker kills it, whatever it does") {
    for (const char* behaviour : {"good", "hangs"}) {
        WorkerTemplate workers = started(behaviour);
        pid_t pid = -1;
        {
            auto worker = workers.fork_worker();
            REQUIRE(worker.has_value());
            pid = worker->pid();
            const RawMail raw = mail();
            CHECK(send_job(*worker, job_for(raw), raw).has_value());
            CHECK_FALSE(is_gone(pid));
        }
        CHECK(workers.take_exit_words(pid, std::chrono::seconds(5)) == "signal 9");
        CHECK(is_gone(pid));
    }
}

TEST_CASE("workers and template end with the relay's objects, and none is left to reap") {
    pid_t template_pid = -1;
    std::vector<WorkerProcess> forked;
    {
        WorkerTemplate workers = started("good");
        template_pid = workers.pid();
        for (int i = 0; i < 3; ++i) forked.push_back(workers.fork_worker().value());
    }
    CHECK(is_gone(template_pid));
    for (const WorkerProcess& worker : forked) CHECK(goes_away(worker.pid()));
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("when the relay is killed, its template and workers die too") {
    const WorkerProgram program("hangs");
    int ends[2];
    REQUIRE(::pipe(ends) == 0);
    const pid_t relay = ::fork();
    REQUIRE(relay >= 0);
    if (relay == 0) {
        auto workers = WorkerTemplate::start(program.path(), {});
        if (!workers) ::_exit(1);
        auto worker = workers->fork_worker();
        if (!worker) ::_exit(1);
        const RawMail raw = mail();
        if (!send_job(*worker, job_for(raw), raw)) ::_exit(1);
        const pid_t pids[2] = {workers->pid(), worker->pid()};
        if (::write(ends[1], pids, sizeof(pids)) != sizeof(pids)) ::_exit(1);
        std::raise(SIGKILL);
    }
    pid_t pids[2] = {-1, -1};
    REQUIRE(::read(ends[0], pids, sizeof(pids)) == sizeof(pids));
    REQUIRE(::waitpid(relay, nullptr, 0) == relay);
    CHECK(goes_away(pids[0]));
    CHECK(goes_away(pids[1]));  // stopped, so no end of a stream would have woken it
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST_CASE("a worker has no descriptors but its own and of the environment one word of ours") {
    const int leaked = ::open("/dev/null", O_RDONLY);  // without O_CLOEXEC
    REQUIRE(leaked >= 0);
    ::setenv("MUGAIKA_CONFIG", "/etc/passwd", 1);
    WorkerTemplate workers = started("looks_around");
    std::ifstream environment("/proc/" + std::to_string(workers.pid()) + "/environ");
    const std::string words{std::istreambuf_iterator<char>(environment), {}};
    CHECK(words == std::string("LD_BIND_NOW=1") + '\0');
    auto worker = workers.fork_worker();
    REQUIRE(worker.has_value());
    CHECK(workers.take_exit_words(worker->pid(), std::chrono::seconds(5)) == "exit 0");
    ::unsetenv("MUGAIKA_CONFIG");
    ::close(leaked);
}

TEST_CASE("the terminal's signals do not end the template while the relay finishes its mails") {
    WorkerTemplate workers = started("good");
    for (const int signal : {SIGINT, SIGTERM, SIGHUP}) REQUIRE(::kill(workers.pid(), signal) == 0);
    CHECK(ask(workers, {}).extract.has_value());
}

TEST_CASE("a template that cannot be had is unavailable, with words that say what was tried") {
    const auto words_of = [](const std::string& program) {
        const auto workers = WorkerTemplate::start(program, {});
        REQUIRE_FALSE(workers.has_value());
        CHECK(workers.error().fault() == Fault::unavailable);
        return workers.error().words();
    };
    CHECK(words_of("/nonexistent/mugaika-worker").find("/nonexistent/mugaika-worker") != std::string::npos);
    CHECK(words_of("/etc/passwd").find("/etc/passwd") != std::string::npos);
    CHECK(words_of(WorkerProgram("no_template").path()).find("mugaika") != std::string::npos);
    CHECK(::waitpid(-1, nullptr, WNOHANG) == -1);
}

TEST_CASE("a template that dies is an Error of ours, not a verdict on the mail") {
    WorkerTemplate workers = started("good");
    REQUIRE(::kill(workers.pid(), SIGKILL) == 0);
    siginfo_t ended{};
    REQUIRE(::waitid(P_PID, static_cast<id_t>(workers.pid()), &ended, WEXITED | WNOWAIT) == 0);
    const RawMail raw = mail();
    const auto answer = ask_worker(workers, job_for(raw), raw, {});
    REQUIRE_FALSE(answer.has_value());
    CHECK(answer.error().fault() == Fault::unavailable);
}

TEST_CASE("exit reports that nobody takes do not block the template") {
    WorkerTemplate workers = started("dies_at_once");
    for (int i = 0; i < 600; ++i) REQUIRE(workers.fork_worker().has_value());
}

TEST_CASE("the wall clock grows by the megabyte") {
    WorkerLimits limits;
    limits.wall_clock = std::chrono::seconds(20);
    limits.wall_clock_per_mb = std::chrono::milliseconds(500);
    CHECK(wall_clock_for(limits, 0) == std::chrono::seconds(20));
    CHECK(wall_clock_for(limits, 1u << 20) == std::chrono::seconds(20));
    CHECK(wall_clock_for(limits, (1u << 20) + 1) == std::chrono::milliseconds(20500));
    CHECK(wall_clock_for(limits, 50u << 20) == std::chrono::milliseconds(44500));
}

TEST_CASE("a job that is too long for a worker is not sent") {
    WorkerTemplate workers = started("good");
    auto worker = workers.fork_worker();
    REQUIRE(worker.has_value());
    const RawMail raw = mail();
    Job job = job_for(raw);
    job.released_parts.assign(10000, std::string(500, '1'));
    const auto sent = send_job(*worker, job, raw);
    REQUIRE_FALSE(sent.has_value());
    CHECK(sent.error().fault() == Fault::limit);
}

TEST_CASE("mugaika-worker refuses to be run by hand and says why") {
    const std::string program = MUGAIKA_BIN "/mugaika-worker";
    if (::access(program.c_str(), X_OK) != 0) {
        say_skipped("mugaika-worker run by hand: it is not built");
        return;
    }
    const auto exit_code = [&](const std::string& how) {
        const int status = std::system((program + " " + how).c_str());
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    };
    CHECK(exit_code("--version >/dev/null") == 0);
    CHECK(exit_code("--help >/dev/null") == 0);
    CHECK(exit_code("</dev/null 2>/dev/null 3<&-") == 64);
    CHECK(exit_code("</dev/null 2>/dev/null 3</dev/null") == 64);
    CHECK(exit_code("--config /etc/passwd </dev/null 2>/dev/null") == 64);
    CHECK(exit_code("2>&1 3<&- | grep -q 'by hand'") == 0);
}

TEST_CASE("the worker program is found beside the running one") {
    const auto found = find_program("mugaika-worker");
    const bool is_there = ::access(MUGAIKA_BIN "/mugaika-worker", X_OK) == 0;
    if (is_there) {
        REQUIRE(found.has_value());
        CHECK(*found == MUGAIKA_BIN "/mugaika-worker");
    } else if (!found) {
        CHECK(found.error().fault() == Fault::unavailable);
        CHECK(found.error().words().find("looked for") != std::string::npos);
    }
}

TEST_CASE("exit words of a dead template are not waited for") {
    WorkerTemplate workers = started("good");
    REQUIRE(::kill(workers.pid(), SIGKILL) == 0);
    CHECK_FALSE(workers.take_exit_words(1, std::chrono::hours(1)).has_value());
}
