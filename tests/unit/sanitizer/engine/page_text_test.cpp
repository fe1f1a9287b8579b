// The text of PDF files by the real pdftotext in the real launcher, through codec and checker.
#include "sanitizer/engine/page_text.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "sanitizer/engine/engine_road.hpp"
#include "tests/support/skipped.hpp"
#include "tests/unit/sanitizer/engine/engine_fixture.hpp"
#include "tests/unit/sanitizer/worker/file_client_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

// One page for each content.
std::string made_pdf(const std::vector<std::string>& contents) {
    std::string pdf = "%PDF-1.4\n", kids, table;
    std::vector<std::size_t> places;
    const auto object = [&](const std::string& body) {
        places.push_back(pdf.size());
        pdf += std::to_string(places.size()) + " 0 obj\n" + body + "\nendobj\n";
    };
    for (std::size_t i = 0; i < contents.size(); ++i) kids += std::to_string(4 + 2 * i) + " 0 R ";
    object("<</Type/Catalog/Pages 2 0 R>>");
    object("<</Type/Pages/Count " + std::to_string(contents.size()) + "/Kids[" + kids + "]>>");
    object("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>");
    for (const std::string& content : contents) {
        object("<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 300]/Resources<</Font<</F 3 0 R>>>>/Contents " +
               std::to_string(places.size() + 2) + " 0 R>>");
        object("<</Length " + std::to_string(content.size()) + ">>stream\n" + content + "\nendstream");
    }
    const std::size_t at = pdf.size();
    for (const std::size_t place : places) {
        const std::string digits = std::to_string(place);
        table += std::string(10 - digits.size(), '0') + digits + " 00000 n \n";
    }
    const std::string size = std::to_string(places.size() + 1);
    return pdf + "xref\n0 " + size + "\n0000000000 65535 f \n" + table + "trailer\n<</Root 1 0 R/Size " + size +
           ">>\nstartxref\n" + std::to_string(at) + "\n%%EOF\n";
}

std::string shows(const std::string& words) { return "BT /F 12 Tf 20 200 Td (" + words + ") Tj ET"; }

FileResult text_of(const std::string& bytes, const EnginePlace& place = {MUGAIKA_BIN "/mugaika-engine"}) {
    static FileWorkers workers = real_workers();
    const RawMail mail = RawMail::from_bytes(mail_with(bytes)).value();
    PartRow row = row_of("1", bytes, PartKind::pdf);
    row.facts.detected_type = "application/pdf";
    FileErrand errand{job_for(mail, "1"), {row}, true};
    errand.job.want = FileWant::words;
    return convert_file(workers, place, {}, errand, mail, {});
}

bool is_here() {
    const auto package = missing_for_page_text();
    if (package) say_skipped("the text of PDF files: " + *package + " is not installed");
    return !package;
}

}  // namespace

TEST_CASE("the text of a PDF arrives page by page, as a text that was checked, and nothing of the job is left") {
    if (!is_here()) return;
    const TemporaryFolder folder;
    const FileResult result = text_of(made_pdf({shows("first page"), shows("=second page")}));
    if (const auto* why = std::get_if<FileNotMade>(&result)) FAIL(why->words);
    const auto& [file, losses, links, missing] = std::get<FileRebuilt>(result);
    CHECK((links.empty() && missing.empty()));
    CHECK(file.kind() == SafeKind::text);
    CHECK(file.bytes() == "first page\r\n\r\n=second page\r\n\r\n");
    REQUIRE(losses.size() == 1);
    CHECK(losses[0].what == Reason::layout_dropped);
    CHECK(folder.is_empty());
}

TEST_CASE("a PDF without words, a damaged one and one without its program are each one reason") {
    if (!is_here()) return;
    CHECK(std::get<FileNotMade>(text_of(made_pdf({"0 0 100 100 re f"}))).why == Reason::no_visible_text);
    CHECK(std::get<FileNotMade>(text_of("%PDF-1.4\nnothing of one")).why == Reason::engine_failed);
    CHECK(std::get<FileNotMade>(text_of(made_pdf({shows("x")}), {"/nowhere/engine"})).why ==
          Reason::engine_unavailable);
}

// As if pdftotext were taken over: what it writes is no more than a text.
TEST_CASE("an engine that answers something else than the text of a PDF has failed, and nothing crosses") {
    for (const std::string& bytes :
         {std::string("\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 16), std::string("MZ\x90\0\3\0\0\0\4\0\0\0\xff\xff", 14)}) {
        const FileResult result = text_of("%PDF-1.4 sabotage:answers\n" + bytes, {saboteur_program()});
        CHECK(std::get<FileNotMade>(result).why == Reason::engine_failed);
    }
}
