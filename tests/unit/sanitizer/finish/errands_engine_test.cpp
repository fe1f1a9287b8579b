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

namespace {

Profile with_pictures() {
    Profile profile;
    profile.actions[static_cast<std::size_t>(PartKind::pdf)] = PartAction::image_pdf;
    profile.actions[static_cast<std::size_t>(PartKind::office)] = PartAction::image_pdf;
    profile.image_pdf_dpi = 200;
    return profile;
}

PartRow pdf_row(std::string path) {
    PartRow row = row_of(std::move(path), PartKind::pdf);
    row.facts.detected_type = "application/pdf";
    row.facts.name = "通知.pdf";
    return row;
}

Extract with_pictured(FileRebuilt file, const Profile& profile, std::vector<PartRow> rows) {
    Extract extract = extract_of(std::move(rows));
    FileErrand errand{{}, {extract.parts[0]}, true};
    errand.as_pictures = true;
    std::vector<FileResult> results;
    results.emplace_back(std::move(file));
    take_in(extract, errand, std::move(results), profile, BudgetLimits());
    return extract;
}

}  // namespace

TEST_CASE("where the profile wants pictures, a PDF and whatever LibreOffice shows is an errand for that, each alone") {
    const Profile profile = with_pictures();
    const BudgetLimits budget;
    PartRow locked = pdf_row("5");
    locked.facts.kind = PartKind::encrypted;
    locked.reason = Reason::encrypted;
    PartRow unknown = old_office("4", "application/vnd.visio");
    const auto errands =
        Errands(profile, budget, 100)
            .next(
                extract_of({pdf_row("1"), old_office("2", xls_type),
                            old_office("3", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
                            unknown, locked}));
    REQUIRE(errands.size() == 4);
    for (const FileErrand& errand : errands) {
        CHECK(errand.as_pictures);
        CHECK(errand.by_engine);
        CHECK(errand.job.dpi == 200);
        const FileTask task = to_take_out(errand).job.task;
        const bool is_pdf = errand.job.path == "1" || errand.job.path == "5";
        CHECK(task == (is_pdf ? FileTask::take_pages : FileTask::take_out));
    }
    const Profile shipped;
    CHECK_FALSE(Errands(shipped, budget, 100).next(extract_of({pdf_row("1")})).front().as_pictures);
}

TEST_CASE("a document of pictures crosses by its own way, and its links and missing letters stand in the mail") {
    FileRebuilt file{made_checked_file("pictures", SafeKind::image_pdf), {{Reason::pages_pictured, 1}}};
    file.links = {"https://www.example.jp/", "mailto:a@example.jp"};
    file.missing = {{2, 0x9ad9, 3}};
    const Extract extract = with_pictured(std::move(file), Profile(), {pdf_row("2")});
    const PartRow& row = extract.parts[0];
    CHECK(row.verdict == PartVerdict::rebuilt);
    CHECK(row.method == Method::image_pdf);
    CHECK(row.handler == "pages");
    CHECK(row.out_name == "通知.pdf");
    CHECK(row.out_kind == "image-pdf");
    CHECK(row.reason == Reason::pages_pictured);
    CHECK(row.notes.empty());
    REQUIRE(extract.texts.size() == 1);
    CHECK(extract.texts[0].path == "2");
    CHECK(extract.texts[0].title.str() == "通知.pdf");
    CHECK(extract.texts[0].text.str() ==
          "https[:]//www[.]example[.]jp/\nmailto[:]a[at]example[.]jp\np. 2: 髙 (U+9AD9) x 3\n");
}

TEST_CASE("links beside pictures are written as the profile wants links, or not at all") {
    const auto text_with = [](LinkStyle style) {
        Profile profile;
        profile.links = style;
        FileRebuilt file{made_checked_file("pictures", SafeKind::image_pdf), {}};
        file.links = {"https://www.example.jp/"};
        const Extract extract = with_pictured(std::move(file), profile, {pdf_row("2")});
        return extract.texts.empty() ? std::string("none") : extract.texts[0].text.str();
    };
    CHECK(text_with(LinkStyle::plain) == "https://www.example.jp/\n");
    CHECK(text_with(LinkStyle::drop) == "none");
}

TEST_CASE("what pictures cannot say has no more room than the mail's text, and that is said") {
    FileRebuilt file{made_checked_file("pictures", SafeKind::image_pdf), {}};
    file.links = {"https://www.example.jp/"};
    Extract extract = extract_of({pdf_row("2")});
    FileErrand errand{{}, {extract.parts[0]}, true};
    errand.as_pictures = true;
    std::vector<FileResult> results;
    results.emplace_back(std::move(file));
    BudgetLimits narrow;
    narrow.text_bytes_max = 10;
    take_in(extract, errand, std::move(results), Profile(), narrow);
    CHECK(extract.parts[0].verdict == PartVerdict::rebuilt);
    CHECK(extract.texts.empty());
    CHECK(extract.parts[0].notes == std::vector{Reason::links_cut});
}

TEST_CASE("an office file that became pictures is said to be converted") {
    FileRebuilt file{made_checked_file("pictures", SafeKind::image_pdf), {{Reason::pages_pictured, 1}}};
    const Extract extract = with_pictured(std::move(file), Profile(), {old_office("1", xls_type)});
    CHECK(extract.parts[0].out_name == "調査票.pdf");
    CHECK(extract.parts[0].notes == std::vector{Reason::converted});
}
