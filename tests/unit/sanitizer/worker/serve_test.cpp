#include "sanitizer/worker/serve.hpp"

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <catch2/catch.hpp>
#include <cerrno>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>

#include "sanitizer/mail/worker_life.hpp"
#include "sanitizer/worker/client.hpp"
#include "sanitizer/worker/wire.hpp"
#include "test_places.hpp"
#include "tests/support/skipped.hpp"
#include "tests/support/worker_programs.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

constexpr std::string_view plain_mail =
    "From: a@example.jp\r\nTo: b@example.jp\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
    "Content-Type: text/plain; charset=us-ascii\r\n\r\nhello\r\n";

// The real sandboxed reader behind the real template.
WorkerTemplate real_workers(const WorkerLimits& limits = {}) {
    const WorkerProgram program("real");
    auto workers = WorkerTemplate::start(program.path(), limits);
    if (!workers) FAIL(workers.error().words());
    return *std::move(workers);
}

Job job_for(const RawMail& raw) {
    Job job;
    job.mail_bytes = raw.size();
    return job;
}

// One more mail through a worker that lives on, as the relay's pool does it. Nothing when the worker has ended.
std::optional<Extract> next_mail(WorkerProcess& worker, std::string_view bytes) {
    const RawMail raw = RawMail::from_bytes(bytes).value();
    if (!send_job(worker, job_for(raw), raw)) return std::nullopt;
    std::string answer;
    std::size_t expected = frame_header_bytes;
    std::array<char, 65536> chunk;
    while (answer.size() < expected) {
        pollfd waiting{worker.socket(), POLLIN, 0};
        if (::poll(&waiting, 1, 20000) <= 0) return std::nullopt;
        const ssize_t got = ::recv(worker.socket(), chunk.data(), chunk.size(), 0);
        if (got <= 0) return std::nullopt;
        answer.append(chunk.data(), static_cast<std::size_t>(got));
        if (expected == frame_header_bytes && answer.size() >= expected) {
            expected += *decode_frame_header(answer.substr(0, 8), FrameKind::extract, 80u << 20);
        }
    }
    return decode_extract(answer.substr(frame_header_bytes)).value();
}

std::optional<Extract> read(WorkerTemplate& workers, std::string_view bytes) {
    const RawMail raw = RawMail::from_bytes(bytes).value();
    const auto answer = ask_worker(workers, job_for(raw), raw, {});
    REQUIRE(answer.has_value());
    if (answer->failure) WARN(answer->failure->words);
    return answer->extract;
}

}  // namespace

TEST_CASE("a mail is read inside the sandbox and comes back as an extract") {
    WorkerTemplate workers = real_workers();
    const auto extract = read(workers, plain_mail);
    REQUIRE(extract.has_value());
    REQUIRE(extract->texts.size() == 1);
    CHECK(extract->texts[0].text.str().find("hello") == 0);
    CHECK(extract->header.from[0].address.text() == "a@example.jp");
    CHECK(extract->parts.size() == 1);
}

TEST_CASE("Japanese charsets, HTML and file types are read without a file being opened") {
    WorkerTemplate workers = real_workers();
    const std::string head = "From: a@example.jp\r\nMIME-Version: 1.0\r\nContent-Type: ";
    const std::vector<std::string> mails{
        head + "text/plain; charset=iso-2022-jp\r\n\r\n\x1b$B2q5D\x1b(B\r\n",
        head + "text/plain; charset=shift_jis\r\n\r\n\x89\xef\x8b\x63\r\n",
        head + "text/plain; charset=euc-jp\r\n\r\n\xb2\xf1\xb5\xc4\r\n",
        head + "text/plain; charset=gb18030\r\n\r\n\xbb\xe1\r\n",
        head + "text/plain; charset=x-unknown\r\n\r\n\xbb\xe1\xc4\xe3\xba\xc3 some text in no charset\r\n",
        head + "text/plain\r\n\r\n\xe4\xbc\x9a\r\n",
        head + "text/html; charset=utf-8\r\n\r\n<p>a &amp; <a href='http://x.example/'>b</a></p>\r\n",
        head + "application/octet-stream; name=a.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nJVBERi0xLjQK\r\n",
        head + "application/zip\r\nContent-Transfer-Encoding: base64\r\n\r\nUEsDBBQAAAAIAA==\r\n",
        head +
            "multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: "
            "y\r\n\r\nz\r\n--b--\r\n",
        "",
        "\r\n",
        "no header at all",
        std::string(1000, '\0'),
    };
    for (const std::string& mail : mails) {
        CAPTURE(mail);
        CHECK(read(workers, mail).has_value());
    }
}

TEST_CASE("every mail of the corpora is read in the sandbox without a worker dying") {
    const std::filesystem::path corpora = MUGAIKA_CORPORA;
    if (!std::filesystem::exists(corpora)) {
        say_skipped("the corpora in the sandbox: " + corpora.string() + " is not there");
        return;
    }
    WorkerTemplate workers = real_workers();
    for (const auto& folder : std::filesystem::directory_iterator(corpora)) {
        if (folder.path().filename().string().rfind("mail_", 0) != 0) continue;
        std::size_t mails = 0;
        for (const auto& entry : std::filesystem::recursive_directory_iterator(folder.path())) {
            if (!entry.is_regular_file()) continue;
            std::ifstream in(entry.path(), std::ios::binary);
            const std::string bytes((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
            CAPTURE(entry.path().string());
            CHECK(read(workers, bytes).has_value());
            ++mails;
        }
        INFO(folder.path().string());
        CHECK(mails > 0);
    }
}

TEST_CASE("a worker reads plain mails until its count is full, then ends") {
    WorkerLimits limits;
    limits.mails_max = 3;
    WorkerTemplate workers = real_workers(limits);
    auto worker = workers.fork_worker();
    REQUIRE(worker.has_value());
    for (int i = 0; i < 3; ++i) {
        const auto extract = next_mail(*worker, plain_mail);
        REQUIRE(extract.has_value());
        CHECK(may_live_on(*extract));
    }
    CHECK(workers.take_exit_words(worker->pid(), std::chrono::seconds(20)) == "exit 0");
    CHECK_FALSE(next_mail(*worker, plain_mail).has_value());
}

TEST_CASE("a mail that is more than plain text is a worker's last") {
    WorkerTemplate workers = real_workers();
    auto worker = workers.fork_worker();
    REQUIRE(worker.has_value());
    const auto extract = next_mail(*worker,
                                   "From: a@b\r\nContent-Type: application/zip; name=a.zip\r\n"
                                   "Content-Transfer-Encoding: base64\r\n\r\nUEsDBBQAAAAIAA==\r\n");
    REQUIRE(extract.has_value());
    CHECK_FALSE(may_live_on(*extract));
    CHECK(workers.take_exit_words(worker->pid(), std::chrono::seconds(20)) == "exit 0");
}

TEST_CASE("a job whose words make no sense ends the worker without an answer") {
    WorkerTemplate workers = real_workers();
    const RawMail raw = RawMail::from_bytes(plain_mail).value();
    SECTION("the mail is not as long as the job says") {
        auto worker = workers.fork_worker();
        REQUIRE(worker.has_value());
        Job job = job_for(raw);
        ++job.mail_bytes;
        REQUIRE(send_job(*worker, job, raw).has_value());
        CHECK(workers.take_exit_words(worker->pid(), std::chrono::seconds(20)) == "exit 76");
    }
    SECTION("no mail comes with the job") {
        auto worker = workers.fork_worker();
        REQUIRE(worker.has_value());
        const std::string frame = encode_job(job_for(raw));
        REQUIRE(::send(worker->socket(), frame.data(), frame.size(), 0) == static_cast<ssize_t>(frame.size()));
        CHECK(workers.take_exit_words(worker->pid(), std::chrono::seconds(20)) == "exit 76");
    }
    SECTION("garbage") {
        auto worker = workers.fork_worker();
        REQUIRE(worker.has_value());
        REQUIRE(::send(worker->socket(), "garbage!garbage!", 16, 0) == 16);
        CHECK(workers.take_exit_words(worker->pid(), std::chrono::seconds(20)) == "exit 76");
    }
}

TEST_CASE("a worker whose relay is gone ends quietly") {
    WorkerTemplate workers = real_workers();
    auto worker = workers.fork_worker();
    REQUIRE(worker.has_value());
    REQUIRE(::shutdown(worker->socket(), SHUT_WR) == 0);
    CHECK(workers.take_exit_words(worker->pid(), std::chrono::seconds(20)) == "exit 0");
}

TEST_CASE("round trip of an 8 KB mail", "[.bench]") {
    std::string mail = "From: a@example.jp\r\nContent-Type: text/plain; charset=iso-2022-jp\r\n\r\n";
    while (mail.size() < 8192) mail += "\x1b$B2q5D$N$*CN$i$;$G$9!#\x1b(B plain words beside it\r\n";
    WorkerLimits limits;
    limits.mails_max = 100000;
    WorkerTemplate workers = real_workers(limits);
    using Clock = std::chrono::steady_clock;
    const auto microseconds = [](Clock::duration time) {
        return static_cast<double>(std::chrono::duration_cast<std::chrono::nanoseconds>(time).count()) / 1000.0;
    };
    auto worker = workers.fork_worker();
    REQUIRE(worker.has_value());
    std::vector<double> warm;
    for (int i = 0; i < 2000; ++i) {
        const auto begin = Clock::now();
        REQUIRE(next_mail(*worker, mail).has_value());
        warm.push_back(microseconds(Clock::now() - begin));
    }
    std::vector<double> fork_only, fresh;
    for (int i = 0; i < 200; ++i) {
        const auto begin = Clock::now();
        auto one = workers.fork_worker();
        fork_only.push_back(microseconds(Clock::now() - begin));
        REQUIRE(next_mail(*one, mail).has_value());
        fresh.push_back(microseconds(Clock::now() - begin));
    }
    for (auto* times : {&warm, &fork_only, &fresh}) std::sort(times->begin(), times->end());
    std::cout << "8 KB mail, median microseconds: living worker " << warm[warm.size() / 2] << ", fork "
              << fork_only[fork_only.size() / 2] << ", fork and first mail " << fresh[fresh.size() / 2] << "\n";
}
