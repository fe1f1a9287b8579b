#include "relay/workers/worker.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>
#include <exception>
#include <functional>
#include <optional>
#include <string>

#include "sanitizer/worker/wire.hpp"

using namespace mugaika;
using namespace std::chrono_literals;

namespace {

RawMail small_mail() { return RawMail::from_bytes("Subject: x\r\n\r\nbody\r\n").value(); }

Extract small_extract() {
    Extract extract;
    PartRow row;
    row.facts.path = "1";
    row.facts.kind = PartKind::text;
    row.verdict = PartVerdict::text;
    row.method = Method::text_body;
    row.sha256 = std::string(64, '0');
    TextBlock block;
    block.path = "1";
    block.text = PlainText::from("body\n").value();
    extract.parts.push_back(row);
    extract.texts.push_back(block);
    return extract;
}

std::string frame_header(std::uint32_t length, char kind) {
    std::string bytes;
    for (int i = 0; i < 4; ++i) bytes.push_back(static_cast<char>(length >> (8 * i) & 0xff));
    return bytes + kind + std::string(3, '\0');
}

// A worker without a process: the test holds the other end of its socket.
struct Bench {
    Bench() {
        std::array<int, 2> ends{-1, -1};
        REQUIRE(::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0, ends.data()) == 0);
        their_end = FileDescriptor(ends[1]);
        worker = Worker::adopt(io, WorkerProcess(-1, FileDescriptor(), FileDescriptor(ends[0]))).value();
        job.mail_bytes = mail.size();
    }

    void start() {
        const auto keep = [this](std::exception_ptr, Result<Extract> result) { given.emplace(std::move(result)); };
        boost::asio::co_spawn(io, worker->ask(job, mail, limits), keep);
        io.poll();
    }

    void say(std::string_view bytes) {
        while (!bytes.empty()) {
            const ssize_t written = ::send(their_end.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
            if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
            if (written < 0 && given) return;  // nobody reads any more
            io.restart();
            io.poll();
        }
    }

    const Result<Extract>& answer() {
        io.restart();
        io.run_for(10s);
        REQUIRE(given);
        return *given;
    }

    boost::asio::io_context io;
    FileDescriptor their_end;
    std::unique_ptr<Worker> worker;
    RawMail mail = small_mail();
    Job job;
    WorkerLimits limits;
    std::optional<Result<Extract>> given;
};

}  // namespace

TEST_CASE("a job goes out and a good answer comes in, in one piece or byte by byte") {
    Bench bench;
    bench.start();
    std::string heard(65536, '\0');
    CHECK(::recv(bench.their_end.get(), heard.data(), heard.size(), MSG_DONTWAIT) > 0);
    const std::string answer = encode_extract(small_extract());
    SECTION("in one piece") { bench.say(answer); }
    SECTION("byte by byte") {
        for (const char byte : answer) bench.say(std::string_view(&byte, 1));
    }
    const Result<Extract>& extract = bench.answer();
    if (!extract) FAIL(extract.error().words());
    CHECK(encode_extract(*extract) == answer);
    CHECK(bench.worker->mails_done() == 1);
}

TEST_CASE("an answer of many megabytes comes through while it is below the limit") {
    Bench bench;
    Extract large = small_extract();
    large.texts[0].text = PlainText::from(std::string(5u << 20, 'x')).value();
    bench.start();
    bench.say(encode_extract(large));
    const Result<Extract>& extract = bench.answer();
    if (!extract) FAIL(extract.error().words());
    CHECK(extract->texts[0].text.str().size() == 5u << 20);
}

TEST_CASE("AC-237 AC-238 a worker that does not answer right is told apart by how it failed") {
    Extract lie = small_extract();
    lie.parts[0].facts.kind = PartKind::executable;
    const std::string good = encode_extract(small_extract());
    struct Row {
        std::string name;
        std::string said;
        bool hangs_up;
        Fault fault;
    };
    const Row row = GENERATE_COPY(values<Row>({
        {"dies at once", "", true, Fault::disconnected},
        {"dies in the header", good.substr(0, 3), true, Fault::disconnected},
        {"dies in the payload", good.substr(0, good.size() - 1), true, Fault::disconnected},
        {"is silent", "", false, Fault::timeout},
        {"stops in the payload", good.substr(0, good.size() - 1), false, Fault::timeout},
        {"garbage", std::string(1000, '\xee'), false, Fault::protocol},
        {"wrong kind", frame_header(0, 'J'), false, Fault::protocol},
        {"announces more than the limit", frame_header(0xffffffff, 'X'), false, Fault::protocol},
        {"announces much and sends little", frame_header(79u << 20, 'X') + "abc", true, Fault::disconnected},
        {"not an extract", frame_header(5, 'X') + "abcde", false, Fault::protocol},
        {"answers twice", good + good, false, Fault::protocol},
        {"lets a program cross", encode_extract(lie), false, Fault::protocol},
    }));
    CAPTURE(row.name);
    Bench bench;
    if (row.fault == Fault::timeout) bench.limits.wall_clock = 100ms;
    bench.start();
    bench.say(row.said);
    if (row.hangs_up) bench.their_end.reset();
    const Result<Extract>& extract = bench.answer();
    REQUIRE_FALSE(extract.has_value());
    CHECK(extract.error().fault() == row.fault);
    CHECK_FALSE(extract.error().words().empty());
}

TEST_CASE("a worker that is gone before the job is a worker that died") {
    Bench bench;
    bench.their_end.reset();
    bench.start();
    const Result<Extract>& extract = bench.answer();
    REQUIRE_FALSE(extract.has_value());
    CHECK(extract.error().fault() == Fault::disconnected);
}
