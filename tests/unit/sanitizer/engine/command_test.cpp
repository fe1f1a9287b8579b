// Commands of the configuration, in the real mugaika-engine: one that does what it is told, and the one of samples/.
#include <unistd.h>

#include <catch2/catch.hpp>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>

#include "sanitizer/engine/engine_road.hpp"
#include "sanitizer/engine/engine_wire.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "tests/support/made_package.hpp"
#include "tests/support/made_table.hpp"
#include "tests/unit/sanitizer/engine/engine_fixture.hpp"
#include "tests/unit/sanitizer/worker/file_client_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

const EnginePlace engine{MUGAIKA_BIN "/mugaika-engine"};

struct Job {
    explicit Job(const std::string& behaviour) : file(UntrustedFile::from_bytes("sabotage:" + behaviour).value()) {
        job.task = EngineTask::command;
        job.command = {saboteur_program(), {"stream"}, {}, 0};
    }
    Result<UntrustedFile> ask() { return ask_engine(engine, job, file); }
    std::string made() {
        const auto answer = ask();
        if (!answer) FAIL(answer.error().words());
        CHECK(temporary.is_empty());
        return bytes_of(*answer);
    }
    Error failure() {
        const auto answer = ask();
        REQUIRE(answer.has_error());
        CHECK(temporary.is_empty());
        CHECK(saboteurs() == 0);
        return answer.error();
    }

    TemporaryFolder temporary;
    EngineJob job;
    UntrustedFile file;
};

FileCommand command_making(SafeKind kind) {
    FileCommand command;
    command.kinds = 1u << static_cast<unsigned>(PartKind::other);
    command.program = saboteur_program();
    command.arguments = {"stream"};
    command.makes = kind;
    return command;
}

FileResult converted_file(const std::string& bytes, const FileCommand& command) {
    static FileWorkers workers = real_workers();
    const RawMail mail = RawMail::from_bytes(mail_with(bytes)).value();
    FileErrand errand{job_for(mail, "1"), {row_of("1", bytes, PartKind::other)}, true};
    errand.command = command;
    return convert_file(workers, engine, {}, errand, mail, {});
}

FileResult answered(SafeKind kind, const std::string& bytes) {
    return converted_file("sabotage:answers\n" + bytes, command_making(kind));
}

Reason why(const FileResult& result) { return std::get<FileNotMade>(result).why; }

std::string crossed(const FileResult& result) {
    if (const auto* stays = std::get_if<FileNotMade>(&result)) FAIL(stays->words);
    return std::get<FileRebuilt>(result).file.bytes();
}

}  // namespace

TEST_CASE("a command reads standard input, and what it writes to standard output comes back") {
    CHECK(Job("answers\n名簿, and so on").made() == "名簿, and so on");
}

// matrix: engine/died
TEST_CASE("a command that ends with a fault, by a signal or with all memory is one failure, whatever it has written") {
    struct Row {
        std::string behaviour, words;
    };
    for (const Row& row : {Row{"exits", "exit 3"}, Row{"dies", "signal 9"}, Row{"eats", "signal 11"}}) {
        CAPTURE(row.behaviour);
        Job job(row.behaviour);
        job.job.limits.memory_bytes = 512u << 20;
        const Error error = job.failure();
        CHECK_THAT(error.words(), Catch::Contains(row.words));
        CHECK(not_converted_by(error).why == Reason::engine_failed);
    }
}

// matrix: engine/nonsense
TEST_CASE("a command that writes nothing, a second file or more than it may is one failure") {
    CHECK_THAT(Job("nothing").failure().words(), Catch::Contains("an empty file"));
    CHECK(not_converted_by(Job("nothing").failure()).why == Reason::engine_failed);
    CHECK_THAT(Job("two").failure().words(), Catch::Contains("more than one file"));
    Job large("answers\n0123456789");
    large.job.limits.out_bytes_max = 9;
    CHECK_THAT(large.failure().words(), Catch::Contains("larger than allowed"));
    Job exact("answers\n0123456789");
    exact.job.limits.out_bytes_max = 10;
    CHECK(exact.made() == "0123456789");
}

// matrix: engine/disk_full
TEST_CASE("a command that writes without end is ended") {
    for (const std::string behaviour : {"floods", "fills"}) {
        CAPTURE(behaviour);
        Job job(behaviour);
        job.job.limits.disk_bytes = 16u << 20;
        CHECK(not_converted_by(job.failure()).why == Reason::engine_failed);
    }
}

// matrix: engine/late
TEST_CASE("a command that hangs is ended at its time") {
    Job job("hangs");
    job.job.limits.wall_clock = std::chrono::seconds(1);
    const Error error = job.failure();
    CHECK(error.fault() == Fault::timeout);
    CHECK(not_converted_by(error).why == Reason::engine_failed);
}

TEST_CASE("a command starts others only where it is said, and none of them outlives it") {
    const std::string tried = Job("probe " + std::to_string(::getpid()) + " /etc/passwd /x").made();
    CHECK_THAT(tried,
               Catch::Contains("refused fork") && Catch::Contains("refused internet") && !Catch::Contains("got "));
    Job job("leaves_children");
    job.job.command.processes = 200;
    std::istringstream pids(job.made());
    int count = 0;
    for (pid_t pid = 0; pids >> pid; ++count) CHECK_FALSE(is_a_saboteur(pid));
    CHECK(count == 3);
    Job bomb("bomb");
    bomb.job.command.processes = 200;
    bomb.job.limits.wall_clock = std::chrono::seconds(1);
    CHECK(bomb.failure().fault() == Fault::timeout);
}

// matrix: engine/unavailable
TEST_CASE("a command that is not there, or is no program, is an engine that cannot be had") {
    for (const std::string program : {"/nowhere/converter", "/etc/passwd", "/usr", "relative"}) {
        CAPTURE(program);
        Job job("answers");
        job.job.command.program = program;
        const Error error = job.failure();
        CHECK(error.fault() == Fault::unavailable);
        CHECK_THAT(error.words(), Catch::Contains(program));
        CHECK(not_converted_by(error).why == Reason::engine_unavailable);
    }
}

TEST_CASE("a command opens its own file, /usr and what was named, and nothing else") {
    const TemporaryFolder folder;
    std::filesystem::create_directory(folder.path() + "/tables");
    std::filesystem::permissions(folder.path() + "/tables", std::filesystem::perms(0755));
    for (const char* name : {"/tables/known", "/other"}) std::ofstream(folder.path() + name) << "x";
    const std::string known = folder.path() + "/tables/known", other = folder.path() + "/other";
    Job job("looks_around " + known + " " + other + " /usr/bin/env /etc/passwd /etc/shadow /proc/self/status /tmp");
    job.job.command.readable = {folder.path() + "/tables"};
    const std::string elsewhere =
        " /usr/bin/env\nrefused /etc/passwd\nrefused /etc/shadow\nrefused /proc/self/status\n"
        "refused /tmp\n";
    CHECK(job.made() == "got " + known + "\nrefused " + other + "\ngot" + elsewhere);
    job.job.command.readable = {};
    CHECK(job.made() == "refused " + known + "\nrefused " + other + "\ngot" + elsewhere);
}

TEST_CASE("the words of a command's job come over as they are, and too many of them do not") {
    EngineJob job;
    job.task = EngineTask::command;
    job.command = {"/usr/bin/x", {"-a", "", "名 簿"}, {"/opt/x"}, 7};
    constexpr std::size_t header = 8;
    const auto read = decode_engine_job(encode_engine_job(job).substr(header));
    REQUIRE(read.has_value());
    CHECK(read->task == EngineTask::command);
    CHECK(read->command.program == "/usr/bin/x");
    CHECK(read->command.arguments == job.command.arguments);
    CHECK(read->command.readable == job.command.readable);
    CHECK(read->command.processes == 7);
    job.command.arguments.assign(CommandOrder::words_max + 1, "x");
    CHECK(decode_engine_job(encode_engine_job(job).substr(header)).has_error());
}

// ---- the whole road: what it makes is hostile again

TEST_CASE("what a command makes is rebuilt and checked as the kind that it was to make") {
    const std::string docx = made_zip(docx_parts({"<w:p><w:r><w:t>見積書</w:t></w:r></w:p>"}));
    const std::string rebuilt = crossed(answered(SafeKind::docx, docx));
    CHECK(rebuilt != docx);
    CHECK_THAT(all_text(rebuilt), Catch::Contains("見積書"));
    CHECK(crossed(answered(SafeKind::png, made_png())).starts_with("\x89PNG"));
    CHECK(crossed(answered(SafeKind::text, "一行目\n二行目\n")) == "\xef\xbb\xbf一行目\r\n二行目\r\n");
    CHECK(crossed(answered(SafeKind::csv, "氏名,式\n山田,=1+1\n")) == "\xef\xbb\xbf氏名,式\r\n山田,'=1+1\r\n");
    // A text is what it says, whatever it looks like.
    CHECK(crossed(answered(SafeKind::text, "<html><script>x</script>\n")) == "<html><script>x</script>\r\n");
    CHECK(crossed(answered(SafeKind::text, "From: a@b\nSubject: x\n\ny\n")) == "From: a@b\r\nSubject: x\r\n\r\ny\r\n");
}

// matrix: engine/nonsense
TEST_CASE("a command that writes another kind than it was to make has failed, and nothing crosses") {
    const std::string docx = made_zip(docx_parts({"<w:p/>"})), sheet = made_zip(xlsx_parts({}));
    struct Row {
        SafeKind wanted;
        std::string bytes;
    };
    for (const Row& row :
         {Row{SafeKind::docx, sheet}, Row{SafeKind::docx, "a text"}, Row{SafeKind::pdf, docx},
          Row{SafeKind::png, "MZ\x90 garbage"}, Row{SafeKind::text, docx}, Row{SafeKind::csv, made_png()},
          Row{SafeKind::text, "%PDF-1.4\n1 0 obj\n"}, Row{SafeKind::text, "\x81\xfe\x02\x03\xff"}}) {
        CAPTURE(row.bytes.substr(0, 8));
        CHECK(why(answered(row.wanted, row.bytes)) == Reason::engine_failed);
    }
    CHECK(why(answered(SafeKind::text, "#!/bin/sh\nrm x\n")) == Reason::engine_failed);
}

TEST_CASE("each failure of a command is one reason of one file") {
    FileCommand missing = command_making(SafeKind::text);
    missing.program = "/nowhere/converter";
    CHECK(why(converted_file("sabotage:answers\nx", missing)) == Reason::engine_unavailable);
    CHECK(why(converted_file("sabotage:nothing", command_making(SafeKind::text))) == Reason::engine_failed);
    FileCommand hurried = command_making(SafeKind::text);
    hurried.limits.wall_clock = std::chrono::seconds(1);
    CHECK(why(converted_file("sabotage:hangs", hurried)) == Reason::engine_failed);
}

TEST_CASE("the converter of samples/ makes a table of a dBASE file, in the launcher") {
    FileCommand command = command_making(SafeKind::csv);
    command.program = MUGAIKA_SOURCE "/samples/converters/dbf_to_csv";
    command.arguments = {};
    const std::string table = made_dbf({{"NAME", 'C', 24}, {"COUNT", 'N', 5}, {"DATE", 'D', 8}, {"OPEN", 'L', 1}},
                                       {{" \x91\xe5\x92\xca\x8c\xf6\x89\x80", "  120", "20261130", "T"},
                                        {"*deleted", "1", "20260101", "F"},
                                        {" =cmd|' /C calc'!A0", "7", "", "?"}});
    CHECK(crossed(converted_file(table, command)) ==
          "\xef\xbb\xbfNAME,COUNT,DATE,OPEN\r\n大通公園,120,2026-11-30,TRUE\r\n'=cmd|' /C calc'!A0,7,,\r\n");
    CHECK(why(converted_file(table.substr(0, table.size() - 30), command)) == Reason::engine_failed);
    CHECK(why(converted_file("no table at all", command)) == Reason::engine_failed);
}
