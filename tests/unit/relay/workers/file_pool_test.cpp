#include "relay/workers/file_pool.hpp"

#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <catch2/catch.hpp>
#include <exception>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/compose/base64_writer.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "test_places.hpp"
#include "tests/support/file_lies.hpp"
#include "tests/support/made_archive.hpp"
#include "tests/support/worker_programs.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace std::chrono_literals;

namespace {

PartRow picture_at(std::string path) {
    PartRow row;
    row.facts.path = std::move(path);
    row.facts.kind = PartKind::image;
    row.sha256 = sha256_hex(sample_png());
    row.reason = Reason::not_rebuilt;
    return row;
}

// Two pictures of one archive.
FileErrand two_pictures() {
    FileErrand errand;
    errand.job.path = "1";
    errand.job.members = {1, 2};
    errand.rows = {picture_at("1/1"), picture_at("1/2")};
    return errand;
}

std::size_t crossing(const std::vector<FileResult>& results) {
    std::size_t count = 0;
    for (const FileResult& result : results) count += std::holds_alternative<FileRebuilt>(result) ? 1 : 0;
    return count;
}

class Bench {
public:
    // The real codec, beside a checker that is played.
    explicit Bench(const std::string& checker) : Bench("real", checker, MUGAIKA_BIN "/mugaika-codec") {}
    Bench(const std::string& codec, const std::string& checker, const std::string& codec_path = {})
        : codec_("codec." + codec),
          checker_("checker." + checker),
          log_path_(
              (std::filesystem::temp_directory_path() / ("mugaika_files_" + std::to_string(::getpid()))).string()),
          events_(EventLog::open(log_path_, "test.example").value()),
          pool_(io_, compute_, {codec_path.empty() ? codec_.path() : codec_path, checker_.path()}, 1, {}, *events_) {
        if (const auto started = pool_.start(); !started) FAIL(started.error().words());
    }
    ~Bench() { std::filesystem::remove(log_path_); }

    enum class End { blunt, sharp };
    std::vector<FileResult> rebuild(const FileErrand& errand, std::chrono::milliseconds patience = 60s,
                                    std::string_view bytes = "any", End end = End::blunt) {
        std::vector<FileResult> results;
        const RawMail mail = RawMail::from_bytes(bytes).value();
        const MailTag tag;
        const auto until = std::chrono::steady_clock::now() + patience;
        const auto sharp_end = end == End::sharp ? std::optional(until) : std::nullopt;
        boost::asio::co_spawn(io_, pool_.rebuild(errand, mail, tag, until, sharp_end),
                              [&](std::exception_ptr fault, std::vector<FileResult> given) {
                                  if (fault) std::rethrow_exception(fault);
                                  results = std::move(given);
                              });
        io_.restart();
        io_.run();
        return results;
    }
    // An archive, and then, in the turn in which it was listed, its files.
    std::vector<FileResult> list_and_rebuild(const FileErrand& archive, const FileErrand& files,
                                             std::chrono::milliseconds patience = 60s) {
        std::vector<FileResult> results;
        const RawMail mail = RawMail::from_bytes("any").value();
        const MailTag tag;
        const auto now = std::chrono::steady_clock::now();
        FilePool::Turn turn;
        auto both = [&]() -> boost::asio::awaitable<void> {
            std::vector<FileResult> list = co_await pool_.rebuild(archive, mail, tag, now + 60s, std::nullopt, turn);
            CHECK(std::holds_alternative<MembersSeen>(list.at(0)));
            CHECK_FALSE(turn.is_empty());
            std::vector<FileResult> inside =
                co_await pool_.rebuild(files, mail, tag, now + patience, std::nullopt, turn);
            results = std::move(inside);
            CHECK(turn.is_empty());
        };
        boost::asio::co_spawn(io_, both, [](std::exception_ptr fault) {
            if (fault) std::rethrow_exception(fault);
        });
        io_.restart();
        io_.run();
        return results;
    }
    std::size_t events(std::string_view name) const {
        std::ifstream file(log_path_);
        const std::string log{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
        std::size_t count = 0;
        for (std::size_t at = log.find(name); at != log.npos; at = log.find(name, at + 1)) ++count;
        return count;
    }

private:
    WorkerProgram codec_, checker_;
    std::string log_path_;
    boost::asio::io_context io_;
    boost::asio::thread_pool compute_{1};
    std::unique_ptr<EventLog> events_;
    FilePool pool_;
};

}  // namespace

// The same rows as of the blocking client (file_client_test), with what the log says of them.
TEST_CASE("whatever happens to files that the pool asks for together, each has its own outcome and its event") {
    struct Row {
        std::string codec, checker;
        std::array<Reason, 2> stays;  // none: it crosses
        std::size_t failed, refused;  // events
    };
    using enum Reason;
    for (const Row& row :
         {Row{"together", "real", {none, none}, 0, 0}, Row{"only_alone", "real", {none, none}, 1, 0},
          Row{"first_only", "real", {none, none}, 0, 0}, Row{"second_of_another", "real", {none, none}, 1, 0},
          Row{"three_of_two", "real", {none, none}, 1, 0},
          Row{"second_is_original", "real", {none, check_failed}, 0, 1},
          Row{"together", "one_only", {none, none}, 1, 0}, Row{"together", "one_answer", {none, none}, 1, 0},
          Row{"together", "swaps", {check_failed, check_failed}, 0, 2},
          Row{"dies", "real", {codec_died, codec_died}, 5, 0},
          Row{"together", "dies", {check_failed, check_failed}, 5, 0}}) {
        INFO(row.codec << ' ' << row.checker);
        Bench bench(row.codec, row.checker);
        const auto results = bench.rebuild(two_pictures());
        REQUIRE(results.size() == 2);
        for (std::size_t i = 0; i < 2; ++i) {
            const auto* stays = std::get_if<FileNotMade>(&results[i]);
            CHECK(to_string(stays == nullptr ? none : stays->why) == to_string(row.stays.at(i)));
        }
        CHECK(bench.events("\"file.failed\"") == row.failed);
        CHECK(bench.events("\"check.refused\"") == row.refused);
    }
}

namespace {

FileErrand archive_of(std::string_view bytes) {
    PartRow row = picture_at("1");
    row.facts.kind = PartKind::archive;
    row.sha256 = sha256_hex(bytes);
    FileErrand errand;
    errand.job.path = "1";
    errand.rows = {row};
    return errand;
}

}  // namespace

// In a pool of one place: files that waited for another turn would wait for ever.
TEST_CASE("files of an archive are asked for where it was listed, and elsewhere when that fails") {
    struct Row {
        std::string codec;
        std::size_t failed;  // events
    };
    // The first dies when it is asked about files and has listed nothing.
    for (const Row& row : {Row{"lists", 0}, Row{"lists_and_dies", 1}, Row{"lists_and_lies", 1}}) {
        INFO(row.codec);
        Bench bench(row.codec, "real");
        CHECK(crossing(bench.list_and_rebuild(archive_of("an archive"), two_pictures())) == 2);
        CHECK(bench.events("\"file.failed\"") == row.failed);
        CHECK(crossing(bench.list_and_rebuild(archive_of("an archive"), alone(two_pictures(), 1))) == 1);
    }
    Bench alone_after("lists", "real");
    CHECK(crossing(alone_after.rebuild(two_pictures())) == 0);
}

TEST_CASE("files of an archive whose list took all the time are late") {
    Bench bench("lists", "real");
    const auto results = bench.list_and_rebuild(archive_of("an archive"), two_pictures(), 0s);
    REQUIRE(results.size() == 2);
    for (const FileResult& result : results) CHECK(std::get<FileNotMade>(result).why == Reason::codec_late);
}

TEST_CASE("files whose turn does not come in time are late, each of them") {
    Bench bench("together", "real");
    const auto results = bench.rebuild(two_pictures(), 0s);
    REQUIRE(results.size() == 2);
    for (const FileResult& result : results) CHECK(std::get<FileNotMade>(result).why == Reason::codec_late);
}

// Its limits of time would let it run for twenty seconds, twice.
TEST_CASE("with a sharp end a file that is not ready then is late, its process goes and nothing is said of it") {
    for (const bool is_codec : {true, false}) {
        Bench bench(is_codec ? "hangs" : "together", is_codec ? "real" : "hangs");
        const auto results = bench.rebuild(two_pictures(), 300ms, "any", Bench::End::sharp);
        REQUIRE(results.size() == 2);
        for (const FileResult& result : results) CHECK(std::get<FileNotMade>(result).why == Reason::codec_late);
        CHECK(bench.events("\"file.failed\"") == 0);
    }
    Bench bench("together", "real");
    CHECK(crossing(bench.rebuild(two_pictures(), 60s, "any", Bench::End::sharp)) == 2);
}

TEST_CASE("what is too much for one answer is asked for again, and no fault of anybody") {
    const std::string text(4000, 'x');
    std::string mail =
        "From: a@example.jp\r\nMIME-Version: 1.0\r\nContent-Type: application/zip; name=a.zip\r\n"
        "Content-Transfer-Encoding: base64\r\n\r\n";
    append_base64_lines(mail, zip_of({{"a.txt", text}, {"b.txt", text}}));
    FileErrand errand = two_pictures();
    for (PartRow& row : errand.rows) {
        row.facts.kind = PartKind::text;
        row.sha256 = sha256_hex(text);
    }
    errand.job.mail_bytes = mail.size();
    Bench bench("real");
    errand.job.out_bytes_max = 8000;
    CHECK(crossing(bench.rebuild(errand, 60s, mail)) == 2);
    errand.job.out_bytes_max = 7999;
    CHECK(crossing(bench.rebuild(errand, 60s, mail)) == 2);
    CHECK(bench.events("\"file.failed\"") == 0);
}
