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
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/mail/sha256.hpp"
#include "tests/support/file_lies.hpp"
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

class Bench {
public:
    Bench(const std::string& codec, const std::string& checker)
        : codec_("codec." + codec),
          checker_("checker." + checker),
          log_path_(
              (std::filesystem::temp_directory_path() / ("mugaika_files_" + std::to_string(::getpid()))).string()),
          events_(EventLog::open(log_path_, "test.example").value()),
          pool_(io_, compute_, {codec_.path(), checker_.path()}, 1, {}, *events_) {
        if (const auto started = pool_.start(); !started) FAIL(started.error().words());
    }
    ~Bench() { std::filesystem::remove(log_path_); }

    std::vector<FileResult> rebuild(const FileErrand& errand, std::chrono::milliseconds patience = 60s) {
        std::vector<FileResult> results;
        const RawMail mail = RawMail::from_bytes("any").value();
        const MailTag tag;
        const auto until = std::chrono::steady_clock::now() + patience;
        boost::asio::co_spawn(io_, pool_.rebuild(errand, mail, tag, until),
                              [&](std::exception_ptr fault, std::vector<FileResult> given) {
                                  if (fault) std::rethrow_exception(fault);
                                  results = std::move(given);
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

TEST_CASE("files whose turn does not come in time are late, each of them") {
    Bench bench("together", "real");
    const auto results = bench.rebuild(two_pictures(), 0s);
    REQUIRE(results.size() == 2);
    for (const FileResult& result : results) CHECK(std::get<FileNotMade>(result).why == Reason::codec_late);
}
