// Files that an engine converts: which are errands for it, and what their rows say afterwards.
#include <catch2/catch.hpp>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/finish/errands.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "tests/support/made_checked_file.hpp"

using namespace mugaika;
using mugaika::test::made_checked_file;

namespace {

PartRow row_of(std::string path, PartKind kind) {
    PartRow row;
    row.facts.path = std::move(path);
    row.facts.kind = kind;
    row.verdict = PartVerdict::quarantined;
    row.reason = Reason::not_rebuilt;
    row.sha256 = sha256_hex(row.facts.path);
    return row;
}

PartRow old_office(std::string path, std::string type) {
    PartRow row = row_of(std::move(path), PartKind::office);
    row.facts.detected_type = std::move(type);
    row.facts.name = "調査票.xls";
    return row;
}

Extract extract_of(std::vector<PartRow> rows) {
    Extract extract;
    extract.parts = std::move(rows);
    return extract;
}

constexpr auto xls_type = "application/vnd.ms-excel", doc_type = "application/msword";

std::vector<FileErrand> errands_with(const OfficeFormats& formats, std::vector<PartRow> rows) {
    const Profile profile;
    const BudgetLimits budget;
    return Errands(profile, budget, 100, formats).next(extract_of(std::move(rows)));
}

}  // namespace

TEST_CASE("what an engine can convert is an errand for it, each file alone; without one it is a codec's as before") {
    OfficeFormats sheets;
    sheets.set(static_cast<std::size_t>(OfficeFormat::xls));
    PartRow locked = old_office("4", xls_type);
    locked.facts.kind = PartKind::encrypted;
    locked.reason = Reason::encrypted;
    const auto errands = errands_with(
        sheets, {old_office("1", xls_type), old_office("2", doc_type), row_of("3", PartKind::archive),
                 old_office("3/1", xls_type), old_office("3/2", xls_type), row_of("3/3", PartKind::image), locked});
    REQUIRE(errands.size() == 7);
    std::vector<bool> by_engine;
    for (const FileErrand& errand : errands) {
        CHECK(errand.rows.size() == 1);
        by_engine.push_back(errand.by_engine);
    }
    CHECK(by_engine == std::vector{true, false, false, true, true, false, true});
    locked.facts.detected_type = doc_type;  // Word has no password that everybody knows
    CHECK(errands_with(OfficeFormats().set(), {locked}).empty());
    for (const FileErrand& errand : errands_with({}, {old_office("1", xls_type)})) CHECK_FALSE(errand.by_engine);
}

TEST_CASE("files that a command takes are errands for it where the profile has them rebuilt, before any other way") {
    FileCommand command;
    command.kinds = 1u << static_cast<unsigned>(PartKind::other) | 1u << static_cast<unsigned>(PartKind::office);
    command.suffixes = {".dbf", ".xls"};
    command.program = "/usr/bin/x";
    command.makes = SafeKind::csv;
    Convertible convertible(OfficeFormats().set());
    convertible.commands = std::make_shared<const FileCommands>(FileCommands{command});
    PartRow table = row_of("1", PartKind::other), drawing = row_of("2", PartKind::other);
    table.facts.name = "人口.DBF";
    drawing.facts.name = "図面.dwg";
    const Extract extract = extract_of({table, drawing, old_office("3", xls_type), old_office("4", doc_type)});
    Profile profile;
    const BudgetLimits budget;
    const auto asked = [&] {
        std::vector<std::string> said;
        for (const FileErrand& errand : Errands(profile, budget, 100, convertible).next(extract)) {
            CHECK(errand.by_engine);
            said.push_back(errand.job.path + (errand.command ? " " + errand.command->program : ""));
        }
        return said;
    };
    // The shipped profile lets no file of an unknown kind cross; both books are called *.xls.
    CHECK(asked() == std::vector<std::string>{"3 /usr/bin/x", "4 /usr/bin/x"});
    profile.actions[static_cast<std::size_t>(PartKind::other)] = PartAction::rebuild;
    CHECK(asked() == std::vector<std::string>{"1 /usr/bin/x", "3 /usr/bin/x", "4 /usr/bin/x"});
    convertible.commands = nullptr;
    CHECK(asked() == std::vector<std::string>{"3", "4"});
}

TEST_CASE("what a command made is said to be converted by it, and bare it is judged as what it was to make") {
    Extract extract = extract_of({row_of("1", PartKind::other)});
    extract.parts[0].facts.name = "人口.dbf";
    FileErrand errand{{}, {extract.parts[0]}, true};
    errand.command.emplace();
    errand.command->makes = SafeKind::csv;
    const FileErrand bare = about_bare(errand, UntrustedFile::from_bytes("a,b\n").value());
    CHECK(bare.rows[0].facts.kind == PartKind::text);
    CHECK(bare.job.want == FileWant::table);
    std::vector<FileResult> results;
    results.push_back(FileRebuilt{made_checked_file("a,b\r\n", SafeKind::csv), {}});
    take_in(extract, errand, std::move(results), Profile(), BudgetLimits());
    CHECK(extract.parts[0].out_name == "人口.csv");
    CHECK(extract.parts[0].handler == "command");
    CHECK(extract.parts[0].notes == std::vector{Reason::converted});
}

TEST_CASE("a converted file has the name of what it became, and its row says how") {
    Extract extract = extract_of({old_office("1", xls_type)});
    const FileErrand errand{{}, {extract.parts[0]}, true};
    std::vector<FileResult> results;
    results.push_back(FileRebuilt{made_checked_file("xlsx", SafeKind::xlsx), {{Reason::furigana_removed, 3}}});
    take_in(extract, errand, std::move(results), Profile(), BudgetLimits());
    const PartRow& row = extract.parts[0];
    CHECK(row.out_name == "調査票.xlsx");
    CHECK(row.method == Method::rebuilt);
    CHECK(row.handler == "office");
    CHECK(row.notes == std::vector{Reason::converted});
    CHECK(row.reason == Reason::furigana_removed);
}

TEST_CASE("templates of OpenDocument change their extension too") {
    PartFacts facts;
    for (const std::string_view name : {"雛形.ott", "雛形.odt", "雛形.rtf", "雛形.dot", "雛形.doc"}) {
        facts.name = name;
        CHECK(rebuilt_name(facts, SafeKind::docx) == "雛形.docx");
    }
    facts.name = "発表.pps";
    CHECK(rebuilt_name(facts, SafeKind::pptx) == "発表.pptx");
}

TEST_CASE("a file that was not converted says why, and not that it was") {
    Extract extract = extract_of({old_office("1", xls_type)});
    const FileErrand errand{{}, {extract.parts[0]}, true};
    std::vector<FileResult> results;
    results.emplace_back(FileNotMade{Reason::engine_failed, "it ended by signal 9"});
    take_in(extract, errand, std::move(results), Profile(), BudgetLimits());
    CHECK(extract.parts[0].reason == Reason::engine_failed);
    CHECK(extract.parts[0].verdict == PartVerdict::quarantined);
    CHECK(extract.parts[0].handler == "office");
    CHECK(extract.parts[0].notes.empty());
}
