#include "sanitizer/codec/pdf/look_at_pages.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "policy/page_limits.hpp"
#include "tests/unit/sanitizer/codec/pdf/small_pdf.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

using Seen = std::variant<PagesTold, FileNotMade>;

Seen looked_at(const std::string& pdf, std::uint32_t dpi = 150, std::uint64_t pixels_max = PageLimits().pixels_max) {
    FileLimits limits;
    limits.pixels_max = pixels_max;
    FilePurse purse(limits);
    return codec::look_at_pages(pdf, dpi, purse);
}

std::string why_not(const Seen& seen) {
    const auto* why = std::get_if<FileNotMade>(&seen);
    return why == nullptr ? "seen" : std::string(to_string(why->why));
}

PagesTold told(const std::string& pdf) {
    Seen seen = looked_at(pdf);
    if (const auto* why = std::get_if<FileNotMade>(&seen)) FAIL(why->words);
    return std::get<PagesTold>(std::move(seen));
}

std::string document(const std::string& page, const std::string& catalog = "", const std::string& more = "") {
    return "%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R" + catalog +
           ">>\nendobj\n2 0 obj\n<</Type/Pages/Count 1/Kids[3 0 R]>>\nendobj\n3 0 obj\n<</Type/Page/Parent 2 0 R" +
           page + ">>\nendobj\n" + more + "trailer\n<</Root 1 0 R/Size 9>>\n%%EOF\n";
}

std::string link(const std::string& uri) {
    return "<</Type/Annot/Subtype/Link/Rect[0 0 1 1]/A<</S/URI/URI(" + uri + ")>>>>";
}

std::string font(const std::string& number, const std::string& rest) {
    return number + " 0 obj\n<</Type/Font" + rest + ">>\nendobj\n";
}

}  // namespace

TEST_CASE("AC-166 links to the web and to mail are listed, in order, each once") {
    const PagesTold seen = told(document("/MediaBox[0 0 100 100]/Annots[" + link("https://b.example/") +
                                         link("javascript:x") + link("mailto:a@b.example") + link("file:///x") +
                                         link("https://b.example/") + link("HTTP://c.example/a b") + "]"));
    CHECK(seen.pages == 1);
    CHECK(seen.links == std::vector<std::string>{"https://b.example/", "mailto:a@b.example", "http://c.example/a%20b"});
    CHECK_FALSE(seen.are_pictures);
    std::string many;
    for (std::size_t i = 0; i < links_listed_max + 50; ++i) many += link("https://b.example/" + std::to_string(i));
    CHECK(told(document("/Annots[" + many + "]")).links.size() == links_listed_max);
}

TEST_CASE("a font that is not in the document is told, one that is, or draws its letters itself, is not") {
    const std::string descriptor = "4 0 obj\n<</Type/FontDescriptor/FontFile2 5 0 R>>\nendobj\n";
    const std::string embedded = descriptor + "5 0 obj\n<</Length 1>>\nstream\nx\nendstream\nendobj\n";
    CHECK(told(document("", "", descriptor + font("6", "/Subtype/TrueType/FontDescriptor 4 0 R"))).has_foreign_fonts);
    CHECK_FALSE(told(document("")).has_foreign_fonts);
    CHECK(told(document("", "", font("6", "/Subtype/Type1/BaseFont/Helvetica"))).has_foreign_fonts);
    CHECK(told(document("", "", font("6", "/Subtype/CIDFontType2/FontDescriptor 4 0 R"))).has_foreign_fonts);
    CHECK_FALSE(
        told(document("", "", embedded + font("6", "/Subtype/TrueType/FontDescriptor 4 0 R"))).has_foreign_fonts);
    CHECK_FALSE(told(document("", "", font("6", "/Subtype/Type0/DescendantFonts[7 0 R]") + font("7", "/Subtype/Type3")))
                    .has_foreign_fonts);
}

TEST_CASE("AC-173 pages are paid before they are drawn, as large as they are shown") {
    const auto pays = [](const std::string& page, std::uint64_t pixels) {
        return why_not(looked_at(document(page), 72, pixels)) == "seen" &&
               why_not(looked_at(document(page), 72, pixels - 1)) == "too_many_pixels";
    };
    CHECK(pays("/MediaBox[0 0 100 50]", 5000));
    CHECK(pays("/MediaBox[100 50 0 0]", 5000));
    CHECK(pays("/MediaBox[0 0 100 50]/CropBox[90 0 200 50]", 500));
    CHECK(pays("/MediaBox[0 0 100 50]/CropBox[200 0 300 50]", 5000));  // outside: poppler draws the media box
    CHECK(pays("", 612 * 792));
    CHECK(why_not(looked_at(document("/MediaBox[0 0 14400 100]"))) == "seen");
    CHECK(why_not(looked_at(document("/MediaBox[0 0 14401 100]"))) == "too_many_pixels");
    CHECK(why_not(looked_at(document("/MediaBox[0 0 7000 7000]"))) == "too_many_pixels");
    std::string kids;
    for (std::uint32_t i = 0; i <= PageLimits().pages_max; ++i) kids += "3 0 R ";
    std::string many = document("/MediaBox[0 0 1 1]");
    many.replace(many.find("3 0 R"), 5, kids);
    CHECK(why_not(looked_at(many)) == "too_many_pixels");
}

TEST_CASE("AC-170 a PDF whose pages nobody can draw says why") {
    CHECK(why_not(looked_at("")) == "document_damaged");
    CHECK(why_not(looked_at("%PDF-1.4\n%%EOF\n")) == "document_damaged");
    CHECK(why_not(looked_at(document("", "/AcroForm<</XFA(x)>>"))) == "dynamic_form");
    CHECK(why_not(looked_at(document("/Annots[<</Subtype/Widget>>]", "/AcroForm<</XFA(x)>>"))) == "seen");
    const std::string file = document("/MediaBox[0 0 100 100]/Annots[" + link("https://b.example/") + "]");
    for (std::size_t size = 0; size < file.size(); size += 7) (void)looked_at(file.substr(0, size));
}
