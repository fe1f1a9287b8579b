// Files that a password opens, by the real codec program; and lies about them.
#include <catch2/catch.hpp>
#include <fstream>
#include <iterator>
#include <string>

#include "policy/part_facts.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "sanitizer/worker/file_client.hpp"
#include "sanitizer/worker/file_wire.hpp"
#include "test_places.hpp"
#include "tests/support/file_lies.hpp"
#include "tests/support/made_archive.hpp"
#include "tests/support/made_locked_package.hpp"
#include "tests/support/made_locked_zip.hpp"
#include "tests/unit/sanitizer/worker/file_client_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

std::string sample_file(const std::string& name) {
    std::ifstream in(std::string(MUGAIKA_SOURCE) + "/tests/unit/sanitizer/codec/" + name, std::ios::binary);
    REQUIRE(in);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

PartRow locked_row(std::string path, const std::string& bytes, std::string type = "application/zip") {
    PartRow row = row_of(std::move(path), bytes, PartKind::encrypted);
    row.facts.detected_type = std::move(type);
    return row;
}

OutResult unlocked(FileWorkers& workers, const std::string& mail_bytes, const PartRow& row, std::string_view password) {
    const RawMail mail = RawMail::from_bytes(mail_bytes).value();
    return unlock_file(workers, {job_for(mail, row.facts.path), {row}}, password, mail, {});
}

std::string bytes_of(const OutResult& result) {
    const auto* out = std::get_if<FileOut>(&result);
    if (out == nullptr) FAIL(std::get<FileNotMade>(result).words);
    return std::string(RawMail::Mapping::of(out->file.descriptor(), out->file.size())->view());
}

Reason why_not(const OutResult& result) { return std::get<FileNotMade>(result).why; }

Result<std::vector<FileOutcome>> believed(const PartRow& row, FileOutcome outcome, std::string password = "x") {
    FileErrand errand{{}, {row}};
    errand.job.path = "2";
    errand.job.task = FileTask::take_out;
    errand.job.password = std::move(password);
    FileAnswers answers;
    answers.push_back({row.sha256, std::move(outcome)});
    return believe_files(encode_file_answers(answers).substr(frame_header_bytes), errand);
}

}  // namespace

TEST_CASE("AC-152 a locked file of a mail is given out without its lock, in an archive too") {
    FileWorkers workers = real_workers();
    const std::string zip = locked_by_library("aes256", "ひみつ", {{"a.txt", "text"}});
    CHECK(opened_by_library(bytes_of(unlocked(workers, mail_with(zip), locked_row("1", zip), "ひみつ")), "") == "text");
    const std::string outer = zip_of({{"b/locked.zip", zip}});
    CHECK(opened_by_library(bytes_of(unlocked(workers, mail_with(outer), locked_row("1/1", zip), "ひみつ")), "") ==
          "text");
    const std::string document = made_zip(docx_parts({}));
    const std::string office = made_compound(locked_agile(document, {.password = "ひみつ"}));
    const PartRow row = locked_row("1", office, std::string(encrypted_package_type));
    CHECK(bytes_of(unlocked(workers, mail_with(office), row, "ひみつ")) == document);
    CHECK(why_not(unlocked(workers, mail_with(office), row, "himitsu")) == Reason::encrypted);
    const std::string letter = sample_file("locked/old-office/rc4.doc"), archive = sample_file("locked/LZMA2.7z");
    const PartRow doc = locked_row("1", letter, "application/msword");
    CHECK(bytes_of(unlocked(workers, mail_with(letter), doc, "Himitsu-2026!")).size() == letter.size());
    const PartRow seven = locked_row("1", archive, "application/x-7z-compressed");
    CHECK(bytes_of(unlocked(workers, mail_with(archive), seven, "Himitsu-2026!")).starts_with("7z"));
}

TEST_CASE("AC-199 a workbook that Excel opens without asking is given out without its lock; no other document is") {
    FileWorkers workers = real_workers();
    const auto given = [&](const std::string& bytes, const std::string& type) {
        const RawMail mail = RawMail::from_bytes(mail_with(bytes)).value();
        return take_out_file(workers, {job_for(mail, "1"), {locked_row("1", bytes, type)}}, mail, {});
    };
    const std::string book = sample_file("locked/old-office/default.xls");
    const OutResult out = given(book, "application/vnd.ms-excel");
    CHECK(bytes_of(out) != book);
    REQUIRE(std::get<FileOut>(out).losses.size() == 1);
    CHECK(std::get<FileOut>(out).losses[0].what == Reason::encryption_removed);
    CHECK(why_not(given(sample_file("locked/old-office/rc4.xls"), "application/vnd.ms-excel")) == Reason::encrypted);
    CHECK(believed(locked_row("2", sample_png(), "application/vnd.ms-excel"), FileTaken{"opened", {}}, "").has_value());
    CHECK(believed(locked_row("2", sample_png(), "application/msword"), FileTaken{"opened", {}}, "").has_error());
}

TEST_CASE("AC-152 a wrong password, damage and a file without a lock are three things") {
    FileWorkers workers = real_workers();
    std::string zip = locked_by_library("aes256", "right", {{"a.txt", noise(600)}});
    CHECK(why_not(unlocked(workers, mail_with(zip), locked_row("1", zip), "wrong")) == Reason::encrypted);
    zip[300] = static_cast<char>(zip[300] ^ 1);
    CHECK(why_not(unlocked(workers, mail_with(zip), locked_row("1", zip), "right")) == Reason::document_damaged);
    const std::string open = zip_of({{"a.txt", "text"}});
    CHECK(why_not(unlocked(workers, mail_with(open), row_of("1", open, PartKind::archive), "x")) ==
          Reason::not_rebuilt);
    CHECK(why_not(unlocked(workers, mail_with(zip), locked_row("1", "another file"), "right")) ==
          Reason::codec_nonsense);
    CHECK(why_not(unlocked(workers, mail_with(zip), locked_row("2", zip), "right")) == Reason::codec_nonsense);
}

TEST_CASE("AC-152 what was opened is believed for what was asked, and to be a file received anew") {
    const PartRow zip = locked_row("2", sample_png());
    const FileTaken opened{"whatever stands in it", {}};
    CHECK(believed(zip, opened).has_value());
    CHECK(believed(locked_row("2", sample_png(), "application/pdf"), opened).has_value());
    CHECK(believed(zip, opened, "").has_error());  // nobody gave a password
    CHECK(believed(row_of("2", sample_png()), opened).has_error());
    CHECK(believed(locked_row("2", sample_png(), "application/vnd.rar"), opened).has_error());
    CHECK(believed(zip, FileTaken{"", {}}).has_error());
    CHECK(believed(zip, FileTaken{"x", {{Reason::macro_removed, 1}}}).has_error());
    CHECK(believed(zip, FileMade{SafeKind::pdf, "pdf", {}}).has_error());
    CHECK(believed(zip, MembersSeen{}).has_error());
}

TEST_CASE("no lie of a codec worker is an opened file") {
    for (const FileLie& lie : file_lies()) {
        if (lie.name == "gives_the_file_out") continue;  // whatever it gives out is hostile
        INFO(lie.name);
        FileWorkers workers = workers_that("codec." + std::string(lie.name), "checker.real");
        const RawMail mail = RawMail::from_bytes(mail_with_picture()).value();
        const PartRow row = locked_row("2", sample_png());
        const OutResult result = unlock_file(workers, {job_for(mail, "2"), {row}}, "x", mail, {});
        REQUIRE(std::holds_alternative<FileNotMade>(result));
        CHECK((why_not(result) == Reason::codec_nonsense || why_not(result) == Reason::codec_died));
    }
}

TEST_CASE("AC-152 AC-177 the codec program lists a locked ZIP and rebuilds a PDF that only its owner has locked") {
    FileWorkers workers = real_workers();
    const std::string zip = locked_by_library("zipcrypt", "x", {{"見積書.xlsx", "x"}, {"b/c.pdf", "y"}});
    const FileResult seen = rebuilt(workers, mail_with(zip), locked_row("1", zip));
    const auto* members = std::get_if<MembersSeen>(&seen);
    if (members == nullptr) FAIL(std::get<FileNotMade>(seen).words);
    REQUIRE(members->members.size() == 2);
    CHECK(members->members[0].facts.name == "見積書.xlsx");
    CHECK(members->members[1].facts.name == "b/c.pdf");
    for (const MemberSeen& member : members->members) CHECK(member.held == Reason::encrypted);

    const std::string pdf = sample_file("locked/owner-only.pdf");
    const FileResult made = rebuilt(workers, mail_with(pdf), locked_row("1", pdf, "application/pdf"));
    const auto* file = std::get_if<FileRebuilt>(&made);
    if (file == nullptr) FAIL(std::get<FileNotMade>(made).words);
    REQUIRE(file->losses.size() == 1);
    CHECK(file->losses[0].what == Reason::encryption_removed);
    const std::string locked = sample_file("locked/aes-256.pdf");
    const FileResult held = rebuilt(workers, mail_with(locked), locked_row("1", locked, "application/pdf"));
    CHECK(std::get<FileNotMade>(held).why == Reason::encrypted);
}
