// Pictures of pages: the road step by step, and from end to end with poppler, LibreOffice, codec and checker as they
// are.
#include "sanitizer/engine/picture_road.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "sanitizer/engine/engine_road.hpp"
#include "sanitizer/engine/office.hpp"
#include "sanitizer/engine/pages.hpp"
#include "tests/support/made_checked_file.hpp"
#include "tests/support/made_package.hpp"
#include "tests/support/skipped.hpp"
#include "tests/unit/sanitizer/engine/engine_fixture.hpp"
#include "tests/unit/sanitizer/worker/file_client_fixture.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

constexpr auto pdf_type = "application/pdf", xls_type = "application/vnd.ms-excel";
constexpr auto docx_type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

std::string pdf_of(const std::vector<std::string>& objects) {
    std::string out = "%PDF-1.4\n";
    std::vector<std::size_t> offsets;
    for (const std::string& object : objects) {
        offsets.push_back(out.size());
        out += std::to_string(offsets.size()) + " 0 obj\n" + object + "\nendobj\n";
    }
    const std::size_t table = out.size();
    out += "xref\n0 " + std::to_string(objects.size() + 1) + "\n0000000000 65535 f \n";
    for (const std::size_t offset : offsets) {
        const std::string digits = std::to_string(offset);
        out += std::string(10 - digits.size(), '0') + digits + " 00000 n \n";
    }
    return out + "trailer\n<</Size " + std::to_string(objects.size() + 1) + "/Root 1 0 R>>\nstartxref\n" +
           std::to_string(table) + "\n%%EOF\n";
}

std::string stream(const std::string& content) {
    return "<</Length " + std::to_string(content.size()) + ">>\nstream\n" + content + "\nendstream";
}

// Text of a Japanese font that is not in the document: 見積書 and 丄, which Debian's fonts for documents do not have.
// Two pages, one lying on its side; a script, and two links of which one leads nowhere.
std::string letter(const std::string& catalog = "") {
    const std::string resources = "/Resources<</Font<</F1 6 0 R>>>>/Contents 5 0 R";
    return pdf_of(
        {"<</Type/Catalog/Pages 2 0 R" + catalog + ">>", "<</Type/Pages/Count 2/Kids[3 0 R 4 0 R]>>",
         "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.28 841.89]" + resources +
             "/Annots[<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(https://www.example.jp/)>>>>"
             "<</Type/Annot/Subtype/Link/Rect[0 0 9 9]/A<</S/URI/URI(javascript:x)>>>>]>>",
         "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595.28 841.89]/CropBox[0 0 300 400]/Rotate 90" + resources + ">>",
         stream("BT /F1 24 Tf 50 300 Td <898B7A4D66F84E04> Tj ET"),
         "<</Type/Font/Subtype/Type0/BaseFont/MS-Gothic/Encoding/UniJIS-UCS2-H/DescendantFonts[7 0 R]>>",
         "<</Type/Font/Subtype/CIDFontType2/BaseFont/MS-Gothic/CIDSystemInfo<</Registry(Adobe)/Ordering(Japan1)"
         "/Supplement 4>>/FontDescriptor 8 0 R>>",
         "<</Type/FontDescriptor/FontName/MS-Gothic/Flags 4/FontBBox[0 -137 1000 859]/ItalicAngle 0/Ascent 859"
         "/Descent -140/CapHeight 769/StemV 78>>"});
}

FileErrand errand_about(const RawMail& mail, std::string_view bytes, std::string type) {
    PartRow row = row_of("1", bytes, type == pdf_type ? PartKind::pdf : PartKind::office);
    row.facts.detected_type = std::move(type);
    FileErrand errand{job_for(mail, "1"), {row}, true};
    errand.as_pictures = true;
    errand.job.dpi = 96;
    return errand;
}

EnginePlace real_engine() { return {MUGAIKA_BIN "/mugaika-engine"}; }

FileResult pictured(std::string_view bytes, std::string type, const EnginePlace& place = real_engine()) {
    static FileWorkers workers = real_workers();
    const RawMail mail = RawMail::from_bytes(mail_with(bytes)).value();
    EngineLimits limits;
    limits.wall_clock = std::chrono::seconds(300);  // of a busy machine
    return convert_file(workers, place, limits, errand_about(mail, bytes, std::move(type)), mail, {});
}

const FileRebuilt& made(const FileResult& result) {
    if (const auto* why = std::get_if<FileNotMade>(&result)) FAIL(to_string(why->why) << ": " << why->words);
    return std::get<FileRebuilt>(result);
}

std::string why_not(const FileResult& result) {
    const auto* why = std::get_if<FileNotMade>(&result);
    return why == nullptr ? "made" : std::string(to_string(why->why));
}

std::uint32_t lost(const FileResult& result, Reason what) {
    for (const Loss& loss : made(result).losses) {
        if (loss.what == what) return loss.count;
    }
    return 0;
}

bool cannot_draw() {
    const auto package = missing_for_pages();
    if (package) say_skipped("pictures of pages: " + *package + " is not installed");
    return package.has_value();
}

UntrustedFile some_file() { return UntrustedFile::from_bytes("file").value(); }

OutResult pages_told(std::uint32_t pages, bool has_foreign_fonts = false, bool are_pictures = false) {
    FileOut out{some_file(), {}, {}};
    out.about.pages = pages;
    out.about.has_foreign_fonts = has_foreign_fonts;
    out.about.are_pictures = are_pictures;
    return out;
}

PictureRoad road_of(std::string type) {
    const RawMail mail = RawMail::from_bytes("x").value();
    return PictureRoad(errand_about(mail, "x", std::move(type)), {});
}

FileTask task_of(const PictureStep* step) {
    if (const auto* taking = std::get_if<TakeOutStep>(step)) return taking->errand.job.task;
    return std::get<RebuildStep>(*step).errand.job.task;
}

EngineTask engine_task_of(const PictureStep* step) { return std::get<AskEngineStep>(*step).job.task; }

}  // namespace

TEST_CASE("a PDF is taken out, drawn and rebuilt; its letters are looked at only where its fonts are not in it") {
    for (const bool has_foreign_fonts : {false, true}) {
        PictureRoad road = road_of(pdf_type);
        CHECK(task_of(road.next()) == FileTask::take_pages);
        road.take(pages_told(1, has_foreign_fonts));
        REQUIRE(engine_task_of(road.next()) == EngineTask::to_pictures);
        CHECK(std::get<AskEngineStep>(*road.next()).job.dpi == 96);
        road.take(Result<UntrustedFile>(some_file()));
        if (has_foreign_fonts) {
            REQUIRE(engine_task_of(road.next()) == EngineTask::to_text);
            road.take(Result<UntrustedFile>(some_file()));
            CHECK(task_of(road.next()) == FileTask::find_missing);
            FileOut letters{some_file(), {}, {}};
            letters.about.missing = {{1, 0x4e04, 2}};
            road.take(OutResult(std::move(letters)));
        }
        REQUIRE(task_of(road.next()) == FileTask::picture_bare);
        road.take(
            FileResult(FileRebuilt{made_checked_file("pages", SafeKind::image_pdf), {{Reason::pages_pictured, 1}}}));
        CHECK(road.next() == nullptr);
        const FileResult result = std::move(road).result();
        CHECK(lost(result, Reason::glyphs_missing) == (has_foreign_fonts ? 2 : 0));
        CHECK(made(result).missing.size() == (has_foreign_fonts ? 1 : 0));
        const Reason first = made(result).losses.front().what;  // which the notice names
        CHECK(first == (has_foreign_fonts ? Reason::glyphs_missing : Reason::pages_pictured));
    }
}

TEST_CASE("an Office file becomes a PDF first, which is looked at like one of a mail; a PDF of pictures is not drawn") {
    PictureRoad road = road_of(xls_type);
    CHECK(task_of(road.next()) == FileTask::take_out);
    road.take(OutResult(FileOut{some_file(), {{Reason::macro_removed, 3}}, {}}));
    REQUIRE(engine_task_of(road.next()) == EngineTask::to_pdf);
    road.take(Result<UntrustedFile>(some_file()));
    CHECK(task_of(road.next()) == FileTask::take_bare_pages);
    road.take(pages_told(1, false, true));
    CHECK(task_of(road.next()) == FileTask::picture_bare);
    road.take(FileResult(FileRebuilt{made_checked_file("pages", SafeKind::image_pdf), {}}));
    CHECK(lost(std::move(road).result(), Reason::macro_removed) == 3);
}

TEST_CASE("each failure ends the road with one reason") {
    const auto ended = [](auto&& steps) {
        PictureRoad road = road_of(pdf_type);
        steps(road);
        REQUIRE(road.next() == nullptr);
        return why_not(std::move(road).result());
    };
    const FileNotMade damaged{Reason::document_damaged, "x"}, large{Reason::too_many_pixels, "x"};
    CHECK(ended([&](PictureRoad& road) { road.take(OutResult(damaged)); }) == "document_damaged");
    CHECK(ended([&](PictureRoad& road) { road.take(OutResult(large)); }) == "too_many_pixels");
    const auto unavailable = Error(Fault::unavailable, "x"), late = Error(Fault::timeout, "x");
    for (const bool is_late : {false, true}) {
        CHECK(ended([&](PictureRoad& road) {
                  road.take(pages_told(1));
                  road.take(Result<UntrustedFile>(is_late ? late : unavailable));
              }) == (is_late ? "engine_failed" : "engine_unavailable"));
    }
    const auto rebuilt_as = [&](std::uint32_t pages, FileResult result) {
        return ended([&](PictureRoad& road) {
            road.take(pages_told(pages));
            road.take(Result<UntrustedFile>(some_file()));
            road.take(std::move(result));
        });
    };
    CHECK(rebuilt_as(1, damaged) == "engine_failed");
    CHECK(rebuilt_as(1, large) == "too_many_pixels");
    CHECK(rebuilt_as(1, FileRebuilt{made_checked_file("x", SafeKind::pdf), {}}) == "engine_failed");
    CHECK(rebuilt_as(2, FileRebuilt{made_checked_file("x", SafeKind::image_pdf), {}}) == "engine_failed");
}

TEST_CASE("AC-181 pages of a PDF become pictures as they look, and what pictures cannot say is said") {
    if (cannot_draw()) return;
    const FileResult result = pictured(letter("/OpenAction<</S/JavaScript/JS(x)>>"), pdf_type);
    const FileRebuilt& rebuilt = made(result);
    CHECK(rebuilt.file.kind() == SafeKind::image_pdf);
    CHECK(rebuilt.file.pages() == 2);
    CHECK(lost(result, Reason::pages_pictured) == 2);
    CHECK(rebuilt.links == std::vector<std::string>{"https://www.example.jp/"});
    // 794 x 1123 pixels, and 400 x 300 points turned.
    CHECK_THAT(rebuilt.file.bytes(), Catch::Contains("/MediaBox[0 0 595.49 842.24]"));
    CHECK_THAT(rebuilt.file.bytes(), Catch::Contains("/MediaBox[0 0 400.49 299.99]"));
    CHECK(rebuilt.file.bytes().find("JavaScript") == std::string::npos);
    for (const MissingGlyph& glyph : rebuilt.missing) CHECK(glyph.code_point == 0x4e04);  // unless a font has it here
    const FileResult again = pictured(rebuilt.file.bytes(), pdf_type);
    CHECK(made(again).file.bytes() == rebuilt.file.bytes());
    CHECK(made(again).losses.empty());
    CHECK(made(pictured(letter(), pdf_type)).file.bytes() == rebuilt.file.bytes());
}

TEST_CASE("a PDF that is no document, wants a password, or has pages that nobody pays for is held with that reason") {
    if (cannot_draw()) return;
    CHECK(why_not(pictured("%PDF-1.4 and nothing", pdf_type)) == "document_damaged");
    std::string huge = letter();
    huge.replace(huge.find("595.28 841.89"), 13, "9999.0 9999.9");
    CHECK(why_not(pictured(huge, pdf_type)) == "too_many_pixels");
    CHECK(why_not(pictured(letter("/AcroForm<</XFA(x)>>"), pdf_type)) == "dynamic_form");
    CHECK(why_not(pictured(letter(), pdf_type, {"/nowhere/mugaika-engine"})) == "engine_unavailable");
}

TEST_CASE("an Office file becomes pictures of its pages, through LibreOffice and poppler") {
    if (cannot_draw()) return;
    if (const auto package = missing_for(OfficeFormat::docx)) {
        return say_skipped("pictures of Office files: " + *package + " is not installed");
    }
    const std::string docx = made_zip(docx_parts({"<w:p><w:r><w:t>見積書</w:t></w:r></w:p>"}));
    const FileResult result = pictured(docx, docx_type);
    CHECK(made(result).file.kind() == SafeKind::image_pdf);
    CHECK(made(result).file.pages() == 1);
    CHECK(made(result).missing.empty());
    // A letter that an office made for itself.
    const FileResult own = pictured(made_zip(docx_parts({"<w:p><w:r><w:t>見積書\uE7C7</w:t></w:r></w:p>"})), docx_type);
    REQUIRE(made(own).missing.size() == 1);
    CHECK(made(own).missing[0].code_point == 0xe7c7);
    CHECK(lost(own, Reason::glyphs_missing) == 1);
    CHECK(why_not(pictured(docx, docx_type, {MUGAIKA_BIN "/mugaika-engine", "", false})) == "engine_unavailable");
}

TEST_CASE("what drew a page and was taken over answers nothing that crosses") {
    for (const std::string& answer : {std::string("MZ\x90 garbage"), std::string("%PDF-1.4\n"), made_png()}) {
        const std::string document = letter() + "\n%{\\rtf1 sabotage:answers\n" + answer;
        CHECK(why_not(pictured(document, pdf_type, {saboteur_program()})) == "engine_failed");
    }
}
