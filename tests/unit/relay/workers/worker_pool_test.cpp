#include "relay/workers/worker_pool.hpp"

#include <sched.h>
#include <signal.h>
#include <unistd.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>
#include <exception>
#include <filesystem>
#include <fstream>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sanitizer/mail/verdict.hpp"
#include "sanitizer/mail/worker_life.hpp"
#include "test_places.hpp"
#include "tests/support/sample_extract.hpp"
#include "tests/support/skipped.hpp"
#include "tests/support/worker_lies.hpp"
#include "tests/support/worker_programs.hpp"

using namespace mugaika;
using namespace std::chrono_literals;
using mugaika::test::WorkerProgram;

namespace {

const std::string worker_program = MUGAIKA_BIN "/mugaika-worker";

bool worker_is_built() {
    if (::access(worker_program.c_str(), X_OK) == 0) return true;
    mugaika::test::say_skipped("the pool of workers: mugaika-worker is not built");
    return false;
}

RawMail mail_of(const std::string& bytes) { return RawMail::from_bytes(bytes).value(); }

const std::string plain = "From: a@example.com\r\nSubject: x\r\nContent-Type: text/plain\r\n\r\nhello\r\n";
// Two Content-Types: an anomaly, so the worker is not used again.
const std::string odd = "From: a@example.com\r\nContent-Type: text/plain\r\nContent-Type: text/html\r\n\r\nhello\r\n";

// Living children of a process, by /proc; zombies wait only to be counted.
std::vector<pid_t> children_of(pid_t parent) {
    std::vector<pid_t> children;
    for (const auto& entry : std::filesystem::directory_iterator("/proc")) {
        const std::string name = entry.path().filename();
        if (name.find_first_not_of("0123456789") != std::string::npos) continue;
        std::ifstream file(entry.path() / "stat");
        std::string stat;
        std::getline(file, stat);  // empty when it has just gone
        const std::size_t end = stat.rfind(')');
        if (end == std::string::npos || stat[end + 2] == 'Z') continue;
        if (std::stoi(stat.substr(end + 4)) == parent) children.push_back(std::stoi(name));
    }
    return children;
}

// How an ask ended; Result has no default.
using Given = std::optional<Result<WorkerAnswer>>;

struct Bench {
    explicit Bench(std::uint32_t workers, WorkerLimits limits = {}, std::string program = worker_program)
        : events(EventLog::open(log_path(), "test.example").value()),
          pool(io, std::move(program), workers, limits, *events) {}
    ~Bench() { std::filesystem::remove(log_path()); }

    static std::string log_path() {
        return (std::filesystem::temp_directory_path() / ("mugaika_pool_" + std::to_string(::getpid()))).string();
    }
    void start() {
        const Result<void> started = pool.start();
        if (!started) FAIL(started.error().words());
    }

    std::shared_ptr<Given> ask(const RawMail& mail, std::chrono::milliseconds patience = 10s) {
        auto given = std::make_shared<Given>();
        auto job = std::make_shared<Job>();
        job->mail_bytes = mail.size();
        mugaika::test::order_sample_files(*job);
        const auto keep = [given, job](std::exception_ptr, Result<WorkerAnswer> answer) {
            given->emplace(std::move(answer));
        };
        boost::asio::co_spawn(io, pool.ask(*job, mail, tag, patience), keep);
        return given;
    }

    void run_until(const std::function<bool()>& done) {
        io.restart();
        const auto give_up = std::chrono::steady_clock::now() + 30s;
        while (!done() && std::chrono::steady_clock::now() < give_up) io.run_one_for(100ms);
        REQUIRE(done());
    }

    WorkerAnswer answer_to(const std::string& bytes) {
        const RawMail mail = mail_of(bytes);
        const auto given = ask(mail);
        run_until([&] { return given->has_value(); });
        if (!**given) FAIL((*given)->error().words());
        io.poll();  // the replacement is forked
        return ***given;
    }

    pid_t template_pid() const {
        const std::vector<pid_t> mine = children_of(::getpid());
        REQUIRE(mine.size() == 1);
        return mine[0];
    }
    std::vector<pid_t> workers() const { return children_of(template_pid()); }
    void signal_workers(int signal) const {
        for (const pid_t worker : workers()) ::kill(worker, signal);
    }

    std::size_t count_events(const std::string& name) const {
        std::ifstream file(log_path());
        std::size_t count = 0;
        for (std::string line; std::getline(file, line);) count += line.find("\"" + name + "\"") != std::string::npos;
        return count;
    }

    boost::asio::io_context io;
    std::unique_ptr<EventLog> events;
    WorkerPool pool;
    MailTag tag{"0123456789abcdef", "s1", "example.jp"};
};

bool says_hello(const WorkerAnswer& answer) {
    return answer.extract && !answer.failure && answer.extract->texts.size() == 1 &&
           answer.extract->texts[0].text.str().starts_with("hello");
}

}  // namespace

TEST_CASE("workers and their template give way to the relay when they wake up") {
    if (!worker_is_built()) return;
    Bench bench(2);
    bench.start();
    CHECK(::sched_getscheduler(bench.template_pid()) == SCHED_BATCH);
    REQUIRE(bench.workers().size() == 2);
    for (const pid_t worker : bench.workers()) CHECK(::sched_getscheduler(worker) == SCHED_BATCH);
    CHECK(::sched_getscheduler(0) == SCHED_OTHER);
}

TEST_CASE("large mails leave a worker to the others") {
    if (!worker_is_built()) return;
    Bench bench(2);
    bench.start();
    const RawMail small = mail_of(plain);
    const RawMail large = mail_of(plain + std::string(2u << 20, '\n'));
    bench.signal_workers(SIGSTOP);  // nobody answers while we look
    const auto first = bench.ask(large);
    const auto second = bench.ask(large);
    bench.io.poll();
    CHECK(bench.pool.counts().busy == 1);
    const auto letter = bench.ask(small);
    bench.io.poll();
    CHECK(bench.pool.counts().busy == 2);  // the letter overtakes
    bench.signal_workers(SIGCONT);
    bench.run_until([&] { return first->has_value() && second->has_value() && letter->has_value(); });
    for (const auto& given : {first, second, letter}) CHECK((*given)->has_value());
    CHECK(bench.pool.counts().busy == 0);
}

TEST_CASE("a large mail for which no worker is free in time is told so, and gives its turn on") {
    if (!worker_is_built()) return;
    Bench bench(2);
    bench.start();
    const RawMail large = mail_of(plain + std::string(2u << 20, '\n'));
    bench.signal_workers(SIGSTOP);  // nobody answers while one loses patience
    const auto reading = bench.ask(large);
    const auto impatient = bench.ask(large, 0ms);
    const auto patient = bench.ask(large);
    bench.run_until([&] { return impatient->has_value(); });
    REQUIRE_FALSE((*impatient)->has_value());
    CHECK((*impatient)->error().fault() == Fault::timeout);
    bench.signal_workers(SIGCONT);
    bench.run_until([&] { return reading->has_value() && patient->has_value(); });
    CHECK((*reading)->has_value());
    CHECK((*patient)->has_value());
}

TEST_CASE("the only worker reads large mails too") {
    if (!worker_is_built()) return;
    Bench bench(1);
    bench.start();
    CHECK_FALSE(bench.answer_to(plain + std::string(2u << 20, '\n')).failure);
}

TEST_CASE("the mail that waits is with the worker before the one that is read goes on") {
    if (!worker_is_built()) return;
    Bench bench(1);
    bench.start();
    const RawMail first = mail_of(plain);
    const RawMail second = mail_of(plain + std::string(900u << 10, 'a'));  // so long that it is not read in between
    const auto read = bench.ask(first);
    const auto waiting = bench.ask(second);
    bench.run_until([&] { return read->has_value(); });
    CHECK(bench.pool.counts().busy == 1);
    CHECK(bench.pool.counts().ready == 0);  // the second has it
    bench.run_until([&] { return waiting->has_value(); });
    CHECK(bench.pool.counts().busy == 0);
}

TEST_CASE("a worker program that cannot be run is an error that names it") {
    Bench bench(1, {}, "/nonexistent/mugaika-worker");
    const Result<void> started = bench.pool.start();
    REQUIRE_FALSE(started.has_value());
    CHECK(started.error().fault() == Fault::unavailable);
    CHECK(started.error().words().find("/nonexistent/mugaika-worker") != std::string::npos);

    const RawMail mail = mail_of(plain);
    const auto given = bench.ask(mail);
    bench.run_until([&] { return given->has_value(); });
    REQUIRE_FALSE((*given)->has_value());
    CHECK((*given)->error().fault() == Fault::unavailable);
}

TEST_CASE("a plain mail is answered, and its worker is used again up to its share of mails") {
    if (!worker_is_built()) return;
    WorkerLimits limits;
    limits.mails_max = 2;
    Bench bench(1, limits);
    bench.start();
    CHECK(bench.pool.sandbox_words().find("seccomp") != std::string::npos);
    const std::vector<pid_t> first = bench.workers();
    REQUIRE(first.size() == 1);
    CHECK(says_hello(bench.answer_to(plain)));
    CHECK(bench.workers() == first);
    CHECK(says_hello(bench.answer_to(plain)));
    CHECK(says_hello(bench.answer_to(plain)));
    CHECK(bench.workers() != first);
    CHECK(bench.count_events("worker.died") == 0);
}

TEST_CASE("an odd mail is the last one of its worker") {
    if (!worker_is_built()) return;
    Bench bench(1);
    bench.start();
    const std::vector<pid_t> first = bench.workers();
    const WorkerAnswer answer = bench.answer_to(odd);
    REQUIRE(answer.extract);
    CHECK_FALSE(may_live_on(*answer.extract));
    // It is killed at once, and gone when the template has taken note of its end.
    bench.run_until([&] {
        const std::vector<pid_t> second = bench.workers();
        return std::find(second.begin(), second.end(), first.at(0)) == second.end();
    });
    CHECK(says_hello(bench.answer_to(plain)));
}

TEST_CASE("AC-237 a worker that was killed is replaced and the mail is answered by a fresh one") {
    if (!worker_is_built()) return;
    Bench bench(2);
    bench.start();
    const std::vector<pid_t> workers = bench.workers();
    REQUIRE(workers.size() == 2);
    for (const pid_t worker : workers) REQUIRE(::kill(worker, SIGKILL) == 0);
    CHECK(says_hello(bench.answer_to(plain)));
    CHECK(bench.count_events("worker.died") == 1);
}

TEST_CASE("AC-237 a mail whose workers die twice gets the reason, not a pass") {
    if (!worker_is_built()) return;
    WorkerLimits limits;
    limits.answer_bytes_max = 16;  // no worker can answer within it
    Bench bench(1, limits);
    bench.start();
    const WorkerAnswer answer = bench.answer_to(plain);
    CHECK_FALSE(answer.extract);
    REQUIRE(answer.failure);
    CHECK((answer.failure->reason == Reason::worker_died || answer.failure->reason == Reason::worker_nonsense));
    CHECK(answer.failure->words.find("; again: ") != std::string::npos);
    CHECK(bench.count_events("worker.died") == 2);
}

// The real template forks these; what their workers say is nonsense, each in its own way.
TEST_CASE(
    "AC-237 a mail on which every worker speaks nonsense is tried once again, in a fresh worker, and gets the reason") {
    const std::string behaviour = GENERATE(as<std::string>(), "garbage", "wrong_kind", "bad_extract", "lie.no_part",
                                           "announces_too_much", "answers_twice");
    CAPTURE(behaviour);
    const WorkerProgram program(behaviour);
    Bench bench(1, {}, program.path());
    bench.start();
    const std::vector<pid_t> first = bench.workers();
    const WorkerAnswer answer = bench.answer_to(plain);
    CHECK_FALSE(answer.extract);
    REQUIRE(answer.failure);
    CHECK(answer.failure->reason == Reason::worker_nonsense);
    const std::string& words = answer.failure->words;
    CHECK(words.find("; again: ") != std::string::npos);
    CHECK(words.find("; again: ") == words.rfind("; again: "));  // two attempts, not three
    CHECK(bench.count_events("worker.died") == 2);
    CHECK(hold(answer.failure->reason).verdict == MailVerdict::quarantined);
    const std::vector<pid_t> now = bench.workers();
    CHECK(std::find(now.begin(), now.end(), first.at(0)) == now.end());
}

// Through the real pool: what a worker that is wholly taken over says, and what stops it.
TEST_CASE("AC-237 each lie of a taken-over worker is stopped by the check that is made for it, in both attempts") {
    const std::string body(900, 'x');
    for (const auto& lie : mugaika::test::lies()) {
        CAPTURE(lie.name);
        const WorkerProgram program("lie." + std::string(lie.name));
        Bench bench(1, {}, program.path());
        bench.start();
        const WorkerAnswer answer = bench.answer_to(plain + body);
        CHECK_FALSE(answer.extract);
        REQUIRE(answer.failure);
        CHECK(answer.failure->reason == Reason::worker_nonsense);
        const std::string& words = answer.failure->words;
        const std::size_t first = words.find(lie.stopped_by);
        CHECK(first != std::string::npos);
        CHECK(words.find(lie.stopped_by, first + 1) != std::string::npos);
        CHECK(hold(answer.failure->reason).verdict == MailVerdict::quarantined);
    }
}

TEST_CASE("a worker has no say in whether it lives on: after an anomaly it is killed, although it would answer again") {
    const WorkerProgram program("lives_on");
    Bench bench(1, {}, program.path());
    bench.start();
    const std::vector<pid_t> first = bench.workers();
    const WorkerAnswer answer = bench.answer_to(plain + std::string(900, 'x'));
    if (answer.failure) FAIL(answer.failure->words);
    CHECK_FALSE(may_live_on(*answer.extract));
    bench.run_until([&] {
        const std::vector<pid_t> now = bench.workers();
        return std::find(now.begin(), now.end(), first.at(0)) == now.end();
    });
}

TEST_CASE("AC-238 a stopped worker is late: killed, and the mail is answered by a fresh one") {
    if (!worker_is_built()) return;
    WorkerLimits limits;
    limits.wall_clock = 700ms;
    Bench bench(1, limits);
    bench.start();
    const pid_t stopped = bench.workers().at(0);
    REQUIRE(::kill(stopped, SIGSTOP) == 0);
    CHECK(says_hello(bench.answer_to(plain)));
    CHECK(bench.count_events("worker.limited") == 1);
    const std::vector<pid_t> workers = bench.workers();
    CHECK(std::find(workers.begin(), workers.end(), stopped) == workers.end());
}

TEST_CASE("AC-238 a mail for which no worker is fast enough is late") {
    if (!worker_is_built()) return;
    WorkerLimits limits;
    limits.wall_clock = 0ms;
    limits.wall_clock_per_mb = 0ms;
    Bench bench(1, limits);
    bench.start();
    std::string large = plain;  // so that the answer cannot be there before the relay looks
    while (large.size() < 20u << 20) large += "a line of text that takes its time, and another one after it\r\n";
    const WorkerAnswer answer = bench.answer_to(large);
    REQUIRE(answer.failure);
    CHECK(answer.failure->reason == Reason::worker_late);
    CHECK(bench.count_events("worker.limited") == 2);
}

TEST_CASE("a dead template is started again") {
    if (!worker_is_built()) return;
    Bench bench(2);
    bench.start();
    const pid_t first = bench.template_pid();
    REQUIRE(::kill(first, SIGKILL) == 0);
    bench.run_until([] { return children_of(::getpid()).empty(); });
    CHECK(says_hello(bench.answer_to(plain)));
    CHECK(bench.template_pid() != first);
    CHECK(says_hello(bench.answer_to(plain)));
}

TEST_CASE("twenty mails share two workers") {
    if (!worker_is_built()) return;
    Bench bench(2);
    bench.start();
    const RawMail mail = mail_of(plain);
    std::vector<std::shared_ptr<Given>> asks;
    for (int i = 0; i < 20; ++i) asks.push_back(bench.ask(mail));
    const auto is_answered = [](const auto& given) { return given->has_value(); };
    bench.run_until([&] { return std::all_of(asks.begin(), asks.end(), is_answered); });
    for (const auto& given : asks) CHECK((**given && says_hello(***given)));
    CHECK(bench.workers().size() == 2);
}

TEST_CASE("who finds no free worker in time is told so") {
    if (!worker_is_built()) return;
    WorkerLimits limits;
    limits.wall_clock = 700ms;
    Bench bench(1, limits);
    bench.start();
    REQUIRE(::kill(bench.workers().at(0), SIGSTOP) == 0);
    const RawMail mail = mail_of(plain);
    const auto first = bench.ask(mail);
    const auto second = bench.ask(mail, 20ms);
    bench.run_until([&] { return second->has_value(); });
    REQUIRE_FALSE((*second)->has_value());
    CHECK((*second)->error().fault() == Fault::timeout);
    bench.run_until([&] { return first->has_value(); });
    CHECK((**first && says_hello(***first)));
}

TEST_CASE("no process is left when the pool is gone") {
    if (!worker_is_built()) return;
    {
        Bench bench(2);
        bench.start();
        CHECK(says_hello(bench.answer_to(plain)));
    }
    CHECK(children_of(::getpid()).empty());
}
