// Documents of which only the text is wanted: which are asked for, in which way, and what their rows say afterwards.
#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sanitizer/finish/errands.hpp"
#include "sanitizer/mail/sha256.hpp"
#include "tests/support/made_checked_file.hpp"

using namespace mugaika;
using mugaika::test::made_checked_file;

namespace {

constexpr auto docx_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

PartRow row_of(std::string path, PartKind kind, std::string type, std::string name) {
    PartRow row;
    row.facts.path = std::move(path);
    row.facts.kind = kind;
    row.facts.detected_type = std::move(type);
    row.facts.name = std::move(name);
    row.verdict = PartVerdict::quarantined;
    row.reason = kind == PartKind::encrypted ? Reason::encrypted : Reason::not_rebuilt;
    row.sha256 = sha256_hex(row.facts.path);
    return row;
}

PartRow pdf(std::string path) { return row_of(std::move(path), PartKind::pdf, "application/pdf", "要綱.pdf"); }
PartRow docx(std::string path) { return row_of(std::move(path), PartKind::office, docx_type, "要綱.docx"); }
PartRow doc(std::string path) { return row_of(std::move(path), PartKind::office, "application/msword", "要綱.doc"); }
PartRow locked_pdf(std::string path) {
    return row_of(std::move(path), PartKind::encrypted, "application/pdf", "要綱.pdf");
}

Profile text_only() {
    Profile profile;
    profile.actions[static_cast<std::size_t>(PartKind::pdf)] = PartAction::text;
    profile.actions[static_cast<std::size_t>(PartKind::office)] = PartAction::text;
    return profile;
}

std::vector<FileErrand> errands_for(const Profile& profile, std::vector<PartRow> rows) {
    Extract extract;
    extract.parts = std::move(rows);
    const BudgetLimits budget;
    return Errands(profile, budget, 100, OfficeFormats().set()).next(extract);
}

PartRow after(const PartRow& row, FileResult result) {
    Extract extract;
    extract.parts = {row};
    const auto errands = errands_for(text_only(), {row});
    REQUIRE(errands.size() == 1);
    std::vector<FileResult> results;
    results.push_back(std::move(result));
    take_in(extract, errands[0], std::move(results), text_only(), BudgetLimits());
    return extract.parts[0];
}

}  // namespace

TEST_CASE("where only the text of documents is wanted, that is what is asked for") {
    PartRow package = row_of("4", PartKind::encrypted, std::string(encrypted_package_type), "要綱.xlsx");
    const auto errands = errands_for(text_only(), {pdf("1"), docx("2"), doc("3"), package, locked_pdf("5"),
                                                   row_of("6", PartKind::image, "image/png", "a.png")});
    REQUIRE(errands.size() == 6);
    std::vector<bool> by_engine, words;
    for (const FileErrand& errand : errands) {
        by_engine.push_back(errand.by_engine);
        words.push_back(errand.job.want == FileWant::words);
    }
    CHECK(by_engine == std::vector{true, false, true, false, true, false});
    CHECK(words == std::vector{true, true, true, true, true, false});
    for (const FileErrand& errand : errands_for(Profile(), {pdf("1"), docx("2")})) {
        CHECK(errand.job.want == FileWant::file);
        CHECK_FALSE(errand.by_engine);
    }
}

TEST_CASE("what an engine made of a document is asked for its words, of a PDF it is the words") {
    const auto bare = [](const PartRow& row) {
        return about_bare(errands_for(text_only(), {row}).at(0), UntrustedFile::from_bytes("x").value()).job.want;
    };
    CHECK(bare(doc("1")) == FileWant::words);
    CHECK(bare(pdf("1")) == FileWant::pages);
    CHECK(bare(locked_pdf("1")) == FileWant::pages);
}

TEST_CASE("files of an archive are asked for together only when the same is wanted of them") {
    const PartRow archive = row_of("1", PartKind::archive, "application/zip", "a.zip");
    const PartRow picture = row_of("1/2", PartKind::image, "image/png", "a.png");
    std::vector<std::size_t> sizes;
    for (const FileErrand& errand : errands_for(
             text_only(), {archive, docx("1/1"), picture, row_of("1/3", PartKind::image, "image/png", "b.png")})) {
        sizes.push_back(errand.rows.size());
    }
    CHECK(sizes == std::vector<std::size_t>{1, 1, 2});
}

TEST_CASE("a text is said to be one, keeps the name of what it was taken from, and its layout is a loss") {
    for (const PartRow& row : {pdf("1"), docx("1"), doc("1"), locked_pdf("1")}) {
        const PartRow made =
            after(row, FileRebuilt{made_checked_file("文\r\n", SafeKind::text), {{Reason::layout_dropped, 1}}});
        CHECK(made.verdict == PartVerdict::rebuilt);
        CHECK(made.method == Method::text_file);
        CHECK(made.reason == Reason::layout_dropped);
        CHECK(made.out_name == row.facts.name + ".txt");
    }
    CHECK(after(pdf("1"), FileRebuilt{made_checked_file("文\r\n", SafeKind::text), {}}).handler == "pdftotext");
    CHECK(after(pdf("1"), FileRebuilt{made_checked_file("文\r\n", SafeKind::text), {}}).notes.empty());
}

TEST_CASE("a PDF with a password that pdftotext cannot open stays one that waits for it") {
    CHECK(after(locked_pdf("1"), FileNotMade{Reason::engine_failed, "exit 1"}).reason == Reason::encrypted);
    CHECK(after(locked_pdf("1"), FileNotMade{Reason::engine_unavailable, "missing"}).reason ==
          Reason::engine_unavailable);
    CHECK(after(pdf("1"), FileNotMade{Reason::engine_failed, "exit 1"}).reason == Reason::engine_failed);
    CHECK(after(pdf("1"), FileNotMade{Reason::no_visible_text, "nothing"}).reason == Reason::no_visible_text);
}

TEST_CASE("what a password opens is wanted where the text of it is") {
    CHECK(may_be_opened(text_only(), locked_pdf("1").facts));
    Profile none = text_only();
    none.actions[static_cast<std::size_t>(PartKind::pdf)] = PartAction::quarantine;
    CHECK_FALSE(may_be_opened(none, locked_pdf("1").facts));
    CHECK(crosses_as_a_file(docx("1").facts, text_only()));
}
