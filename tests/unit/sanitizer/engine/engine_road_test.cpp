// The whole road of a converted file, blocking: real codec and checker, and a converter that answers what it is told.
#include "sanitizer/engine/engine_road.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "sanitizer/mail/sha256.hpp"
#include "tests/support/made_package.hpp"
#include "tests/unit/sanitizer/engine/engine_fixture.hpp"
#include "tests/unit/sanitizer/worker/file_client_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

const std::string& docx() {
    static const std::string file = made_zip(docx_parts({"<w:p><w:r><w:t>見積書</w:t></w:r></w:p>"}));
    return file;
}

FileResult converted_file(const std::string& rich_text, const EnginePlace& place = {saboteur_program()}) {
    static FileWorkers workers = real_workers();
    const RawMail mail = RawMail::from_bytes(mail_with(rich_text)).value();
    PartRow row = row_of("1", rich_text, PartKind::office);
    row.facts.detected_type = "application/rtf";
    const FileErrand errand{job_for(mail, "1"), {row}, true};
    return convert_file(workers, place, {}, errand, mail, {});
}

std::string answers(const std::string& bytes) { return "{\\rtf1 sabotage:answers\n" + bytes; }

const FileNotMade& stays(const FileResult& result) { return std::get<FileNotMade>(result); }

std::uint32_t lost(const FileResult& result, Reason what) {
    for (const Loss& loss : std::get<FileRebuilt>(result).losses) {
        if (loss.what == what) return loss.count;
    }
    return 0;
}

}  // namespace

TEST_CASE("what an engine makes is rebuilt and checked like a file of a mail, and what it lost before is said") {
    const FileResult result = converted_file(answers(docx()));
    if (const auto* why = std::get_if<FileNotMade>(&result)) FAIL(why->words);
    const auto& file = std::get<FileRebuilt>(result).file;
    CHECK(file.kind() == SafeKind::docx);
    CHECK_THAT(all_text(file.bytes()), Catch::Contains("見積書"));
    CHECK(file.bytes() != docx());
    CHECK(lost(result, Reason::embedded_object_removed) == 0);
    const FileResult with_object = converted_file("{\\rtf1 {\\object{\\*\\objdata 01}} sabotage:answers\n" + docx());
    CHECK(lost(with_object, Reason::embedded_object_removed) == 1);
}

// matrix: engine/nonsense
TEST_CASE("an engine that answers garbage, the original or a file of another kind has failed, and nothing crosses") {
    const std::string sheet = made_zip(xlsx_parts({}));
    for (const std::string& bytes :
         {std::string("MZ\x90 garbage"), std::string("{\\rtf1 text}"), std::string("a text"), sheet, made_png()}) {
        const FileResult result = converted_file(answers(bytes));
        CHECK(stays(result).why == Reason::engine_failed);
    }
}

TEST_CASE("each failure of an engine is one reason of one file") {
    CHECK(stays(converted_file("{\\rtf1 sabotage:nothing")).why == Reason::engine_failed);
    CHECK(stays(converted_file("{\\rtf1 sabotage:dies")).why == Reason::engine_failed);
    const FileResult missing = converted_file(answers(docx()), {"/nowhere/mugaika-engine"});
    CHECK(stays(missing).why == Reason::engine_unavailable);
}

TEST_CASE("where there is no engine nothing is said to be convertible") {
    CHECK(convertible_at(engine_place(false, "/run/x"), {}).formats.none());
    CHECK(formats_at({"", "/run/x"}).all());
    CHECK(formats_at({}).none());
}

TEST_CASE("formats are known by their types, templates too, and become packages") {
    using enum OfficeFormat;
    CHECK(office_format_of("application/msword") == doc);
    CHECK(office_format_of("application/vnd.oasis.opendocument.spreadsheet-template") == ods);
    CHECK(office_format_of("application/vnd.oasis.opendocument.graphics") == std::nullopt);
    CHECK(office_format_of("application/vnd.openxmlformats-officedocument.wordprocessingml.document") == std::nullopt);
    CHECK(becomes(xls) == SafeKind::xlsx);
    CHECK(becomes(odp) == SafeKind::pptx);
    CHECK(extension(rtf) == ".rtf");
}
