// Files of one archive that are asked for together, and messages as archives.
#include "sanitizer/worker/file_client.hpp"

#include <array>
#include <catch2/catch.hpp>
#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sanitizer/compose/base64_writer.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/worker/checked_answer.hpp"
#include "sanitizer/worker/exchange.hpp"
#include "sanitizer/worker/file_wire.hpp"
#include "tests/support/file_lies.hpp"
#include "tests/support/made_archive.hpp"
#include "tests/support/made_message.hpp"
#include "tests/support/worker_programs.hpp"
#include "tests/unit/sanitizer/worker/file_client_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

const std::vector<std::string>& album() {
    static const std::vector<std::string> files{sample_png(), "名前,番号\r\n山田,1\r\n", "<p>one <b>two</b>"};
    return files;
}

std::string album_zip() { return zip_of({{"a.png", album()[0]}, {"名簿.csv", album()[1]}, {"b.html", album()[2]}}); }

std::vector<PartRow> rows_of_album() {
    PartRow table = row_of("1/2", album()[1], PartKind::text);
    table.facts.name = "名簿.csv";
    return {row_of("1/1", album()[0]), table, row_of("1/3", album()[2], PartKind::html)};
}

std::vector<SafeKind> kinds_of(const std::vector<FileResult>& results) {
    std::vector<SafeKind> kinds;
    for (const FileResult& result : results) {
        const auto* file = std::get_if<FileRebuilt>(&result);
        if (file == nullptr) FAIL(std::get<FileNotMade>(result).words);
        kinds.push_back(file->file.kind());
    }
    return kinds;
}

}  // namespace

TEST_CASE("files of an archive that are asked for together become what each becomes alone") {
    FileWorkers workers = real_workers();
    const RawMail mail = RawMail::from_bytes(mail_with(album_zip())).value();
    const auto results = rebuild_files(workers, errand_about(mail, rows_of_album()), mail, {});
    CHECK(kinds_of(results) == std::vector{SafeKind::png, SafeKind::csv, SafeKind::text});
    for (std::size_t i = 0; i < results.size(); ++i) {
        const FileErrand one = alone(errand_about(mail, rows_of_album()), i);
        const auto single = rebuild_files(workers, one, mail, {});
        const auto& together = std::get<FileRebuilt>(results[i]);
        CHECK(std::get<FileRebuilt>(single.at(0)).file.bytes() == together.file.bytes());
        CHECK(std::get<FileRebuilt>(single.at(0)).losses.size() == together.losses.size());
    }
}

TEST_CASE("files of an archive in an archive are found by its path and their numbers") {
    FileWorkers workers = real_workers();
    const RawMail mail = RawMail::from_bytes(mail_with(zip_of({{"x.txt", "x"}, {"in.zip", album_zip()}}))).value();
    std::vector<PartRow> rows{row_of("1/2/1", album()[0]), row_of("1/2/3", album()[2], PartKind::html)};
    FileErrand errand{job_for(mail, "1/2"), std::move(rows)};
    errand.job.members = {1, 3};
    CHECK(kinds_of(rebuild_files(workers, errand, mail, {})) == std::vector{SafeKind::png, SafeKind::text});
}

namespace {

// Asked job after job.
class OneCodec {
public:
    explicit OneCodec(FileWorkers& workers) : process_(workers.codec.fork_worker().value()) {}

    // The payload of the answer; nothing when it has ended.
    std::optional<std::string> ask(const FileJob& job, const RawMail& mail) {
        if (!send_frame(process_, encode_file_job(job), mail.descriptor())) return std::nullopt;
        const auto until = std::chrono::steady_clock::now() + std::chrono::minutes(1);
        auto answer = read_answer(process_, FrameKind::file_answer, until, WorkerLimits().answer_bytes_max);
        return answer ? std::optional(*std::move(answer)) : std::nullopt;
    }

private:
    WorkerProcess process_;
};

FileJob members_of(const RawMail& mail, std::string path, std::vector<std::uint32_t> numbers) {
    FileJob job = job_for(mail, std::move(path));
    job.members = std::move(numbers);
    return job;
}

}  // namespace

TEST_CASE("who has listed an archive says of the files in it what one says who is asked afresh, and ends") {
    FileWorkers workers = real_workers();
    ZipMemberFields locked{"locked.txt", "x"};
    locked.flags = 1;
    const std::string inner = made_zip_file({{{"a.png", album()[0]}, locked, {"b.html", album()[2]}}});
    const std::string large(5 << 20, 'x');
    const RawMail mail = RawMail::from_bytes(mail_with(zip_of({{"x.csv", album()[1]}, {"in.zip", inner}}))).value();
    const RawMail mail_of_large = RawMail::from_bytes(mail_with(zip_of({{"a.txt", large}, {"b.txt", large}}))).value();
    struct Row {
        const RawMail& mail;
        std::vector<std::string> listed;
        FileJob then;
    };
    for (const Row& row :
         {Row{mail, {"1"}, members_of(mail, "1", {1})}, Row{mail, {"1"}, job_for(mail, "1/1")},
          Row{mail, {"1"}, job_for(mail, "1/3")}, Row{mail, {"1"}, job_for(mail, "1/2/1")},
          Row{mail, {"1"}, job_for(mail, "1/9")}, Row{mail, {"1"}, members_of(mail, "1/2", {1, 3})},
          Row{mail, {"1", "1/2"}, members_of(mail, "1/2", {1, 2, 3})}, Row{mail, {"1", "1/2"}, job_for(mail, "1/2/3")},
          Row{mail, {"1/2"}, members_of(mail, "1/2", {3})}, Row{mail, {"1/2"}, job_for(mail, "1/1")},
          Row{mail_of_large, {"1"}, members_of(mail_of_large, "1", {1, 2})},
          Row{mail_of_large, {"1"}, job_for(mail_of_large, "1/2")}}) {
        INFO(row.listed.back() << ", then " << row.then.path << ' ' << row.then.members.size());
        OneCodec codec(workers);
        for (const std::string& path : row.listed) {
            const FileAnswers list = decode_file_answers(codec.ask(job_for(row.mail, path), row.mail).value()).value();
            REQUIRE(std::holds_alternative<MembersSeen>(list.at(0).outcome));
        }
        const auto said = codec.ask(row.then, row.mail);
        REQUIRE(said);
        CHECK((said == OneCodec(workers).ask(row.then, row.mail)));
        CHECK_FALSE(codec.ask(row.then, row.mail));
    }
}

TEST_CASE("AC-075 the text of a winmail.dat is left out where the mail says it, and a file where it does not") {
    FileWorkers workers = real_workers();
    MadeMessage message;
    message.properties = {text_property(0x1000, "会議は明日の午前十時から第二会議室です。\r\nよろしくお願いします。")};
    message.attachments = {file_called("名簿.csv", "a,b\r\n")};
    struct Row {
        std::string letter;
        bool has_files;
        std::vector<std::string> names;
    };
    for (const Row& one :
         {Row{"会議は明日の午前十時から第二会議室です。よろしくお願いします。", true, {"名簿.csv"}},
          Row{"会議は明日の午前九時から第二会議室です。よろしくお願いします。", true, {"名簿.csv", "本文.txt"}},
          Row{"添付をご覧ください。", true, {"名簿.csv", "本文.txt"}},
          Row{"会議は明日の午前十時から第二会議室です。よろしくお願いします。", false, {}}}) {
        INFO(one.letter);
        MadeMessage made = message;
        if (!one.has_files) made.attachments.clear();
        const std::string tnef = made_tnef(made);
        std::string mail =
            "From: a@example.jp\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
            "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n" +
            one.letter + "\r\n--b\r\nContent-Type: application/ms-tnef\r\nContent-Transfer-Encoding: base64\r\n\r\n";
        append_base64_lines(mail, tnef);
        const FileResult seen = rebuilt(workers, mail + "--b--\r\n", row_of("2", tnef, PartKind::tnef));
        const auto* members = std::get_if<MembersSeen>(&seen);
        if (members == nullptr) FAIL(std::get<FileNotMade>(seen).words);
        std::vector<std::string> names;
        for (const MemberSeen& member : members->members) names.push_back(member.facts.name);
        CHECK(names == one.names);
    }
}

TEST_CASE("AC-075 a winmail.dat with nothing in it is said, as it repeats nothing") {
    FileWorkers workers = real_workers();
    const std::string tnef = made_tnef({});
    const FileResult seen = rebuilt(workers, mail_with(tnef), row_of("1", tnef, PartKind::tnef));
    CHECK(to_string(std::get<FileNotMade>(seen).why) == to_string(Reason::empty_file));
}

TEST_CASE("a mail of Outlook is opened, and its text is rebuilt under its number") {
    FileWorkers workers = real_workers();
    MadeMessage message;
    message.properties = {text_property(0x0037, "件名です"), text_property(0x1000, "本文です。")};
    message.attachments = {file_called("a.png", sample_png())};
    const std::string msg = made_msg({message, {}});
    const FileResult seen = rebuilt(workers, mail_with(msg), row_of("1", msg, PartKind::archive));
    const auto* members = std::get_if<MembersSeen>(&seen);
    if (members == nullptr) FAIL(std::get<FileNotMade>(seen).words);
    REQUIRE(members->members.size() == 2);
    const RawMail mail = RawMail::from_bytes(mail_with(msg)).value();
    PartRow text = row_of("1/2", "", PartKind::text);
    text.sha256 = members->members[1].sha256;
    const auto results = rebuild_files(workers, errand_about(mail, {row_of("1/1", sample_png()), text}), mail, {});
    CHECK(kinds_of(results) == std::vector{SafeKind::png, SafeKind::text});
    CHECK(std::get<FileRebuilt>(results[1]).file.bytes().find("件名: 件名です") != std::string::npos);
}

TEST_CASE("a file that does not go with the others is asked for again, alone, and costs them nothing") {
    FileWorkers workers = real_workers();
    const RawMail mail = RawMail::from_bytes(mail_with(album_zip())).value();
    std::vector<PartRow> rows = rows_of_album();
    rows[1].sha256 = sha256_hex("another file");
    const auto results = rebuild_files(workers, errand_about(mail, rows), mail, {});
    REQUIRE(results.size() == 3);
    CHECK(std::holds_alternative<FileRebuilt>(results[0]));
    CHECK(std::get<FileNotMade>(results[1]).why == Reason::codec_nonsense);
    CHECK(std::holds_alternative<FileRebuilt>(results[2]));
}

TEST_CASE("files of an archive that are too much for one answer have one each") {
    FileWorkers workers = real_workers();
    const std::string text(4000, 'x');
    const RawMail mail = RawMail::from_bytes(mail_with(zip_of({{"a.txt", text}, {"b.txt", text}}))).value();
    FileErrand errand = errand_about(mail, {row_of("1/1", text, PartKind::text), row_of("1/2", text, PartKind::text)});
    errand.job.out_bytes_max = 6000;
    CHECK(kinds_of(rebuild_files(workers, errand, mail, {})).size() == 2);
}

// What the played codecs and checkers do is named in file_lies.cpp; each of two pictures is asked for.
TEST_CASE("whatever happens to files that are asked for together, each has its own outcome") {
    struct Row {
        std::string_view codec, checker;
        std::array<Reason, 2> stays;  // none: it crosses
    };
    using enum Reason;
    for (const Row& row :
         {Row{"together", "real", {none, none}}, Row{"only_alone", "real", {none, none}},
          Row{"first_only", "real", {none, none}}, Row{"second_of_another", "real", {none, none}},
          Row{"three_of_two", "real", {none, none}}, Row{"second_is_original", "real", {none, check_failed}},
          Row{"together", "one_only", {none, none}}, Row{"together", "one_answer", {none, none}},
          Row{"together", "swaps", {check_failed, check_failed}}, Row{"dies", "real", {codec_died, codec_died}},
          Row{"together", "dies", {check_failed, check_failed}}}) {
        INFO(row.codec << ' ' << row.checker);
        FileWorkers workers = workers_that("codec." + std::string(row.codec), "checker." + std::string(row.checker));
        const RawMail mail = RawMail::from_bytes("any").value();
        const auto results = rebuild_files(
            workers, errand_about(mail, {row_of("1/1", sample_png()), row_of("1/2", sample_png())}), mail, {});
        REQUIRE(results.size() == 2);
        for (std::size_t i = 0; i < 2; ++i) {
            const auto* stays = std::get_if<FileNotMade>(&results[i]);
            CHECK(to_string(stays == nullptr ? none : stays->why) == to_string(row.stays.at(i)));
        }
    }
}

TEST_CASE("of several answers each is held to its own row, and all to the limit of one answer") {
    const auto made = [](std::string bytes) { return FileMade{SafeKind::png, std::move(bytes), {}, 1}; };
    const FileErrand errand =
        errand_about(RawMail::from_bytes("any").value(), {row_of("1/1", "one"), row_of("1/2", "two")});
    const auto told = [&](const std::string& first, const std::string& second, const FileErrand& asked) {
        FileAnswers answers;
        answers.push_back({sha256_hex(first), made(first)});
        answers.push_back({sha256_hex(second), made(second)});
        return believe_files(std::string_view(encode_file_answers(answers)).substr(frame_header_bytes), asked);
    };
    const auto both = told("one", "two", errand);
    REQUIRE(both.has_value());
    REQUIRE(both->size() == 2);
    CHECK(std::get<FileMade>(both->at(1)).untrusted_bytes == "two");
    CHECK_FALSE(told("two", "one", errand).has_value());
    CHECK_FALSE(told("one", "one", errand).has_value());
    FileErrand narrow = errand;
    narrow.job.out_bytes_max = 6;
    CHECK(told("one", "two", narrow).has_value());
    narrow.job.out_bytes_max = 5;
    REQUIRE_FALSE(told("one", "two", narrow).has_value());
    CHECK_THAT(told("one", "two", narrow).error().words(), Catch::Contains("together"));
}
