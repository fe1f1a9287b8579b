#include "sanitizer/checker/image_pdf/check_image_pdf.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>
#include <utility>
#include <vector>

#include "tests/unit/sanitizer/codec/image_pdf/made_pages.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

bool passes(const std::string& file) { return checker::check_image_pdf(file).has_value(); }

std::string refusal(const std::string& file) {
    const auto checked = checker::check_image_pdf(file);
    return checked ? "passed" : checked.error().words();
}

std::string with(std::string file, const std::string& old, const std::string& instead) {
    const std::size_t at = file.find(old);
    REQUIRE(at != std::string::npos);
    return file.replace(at, old.size(), instead);
}

// The table and what stands behind it, written as a taken-over codec would for a file that was changed before it.
std::string with_new_table(std::string file) {
    file.resize(file.rfind("xref\n0 "));
    std::string table;
    std::size_t count = 0;
    const auto begins_object = [&](std::size_t at) {
        return file.compare(at, 1, "\n") == 0 &&
               file.compare(at + 1, std::to_string(count + 1).size() + 7, std::to_string(count + 1) + " 0 obj\n") == 0;
    };
    for (std::size_t at = 0; at < file.size(); ++at) {
        if (!begins_object(at)) continue;
        std::string digits = std::to_string(at + 1);
        table += digits.insert(0, 10 - digits.size(), '0') + " 00000 n \n";
        ++count;
    }
    const std::string size = std::to_string(count + 1), place = std::to_string(file.size());
    return file + "xref\n0 " + size + "\n0000000000 65535 f \n" + table + "trailer\n<</Size " + size +
           "/Root 1 0 R>>\nstartxref\n" + place + "\n%%EOF\n";
}

std::string with_picture(const codec::PagePicture& picture) { return document_of({picture}); }

codec::PagePicture with_rows(codec::PagePicture picture, const std::string& rows) {
    picture.data = zlib_of(rows);
    return picture;
}

}  // namespace

TEST_CASE("an image pdf of each form of picture passes, with its number of pages") {
    const auto checked = checker::check_image_pdf(document_of(some_pages()));
    if (!checked) FAIL(checked.error().words());
    CHECK(*checked == 3);
    for (const codec::PagePicture& page : some_pages()) CHECK(refusal(with_picture(page)) == "passed");
    CHECK((with_new_table(document_of(some_pages())) == document_of(some_pages())));  // so refusals are of what changed
}

TEST_CASE("AC-175 whatever byte of an image pdf is changed, left out or added is refused") {
    const std::string file = document_of({text_picture(9, 7, 255), text_picture(5, 3, 128)});
    REQUIRE(passes(file));
    for (std::size_t at = 0; at < file.size(); ++at) {
        INFO(at);
        std::string changed = file;
        changed[at] = static_cast<char>(changed[at] ^ 0x01);
        CHECK_FALSE(passes(changed));
        CHECK_FALSE(passes(file.substr(0, at)));
        std::string cut = file;
        CHECK_FALSE(passes(cut.erase(at, 1)));
        std::string longer = file;
        CHECK_FALSE(passes(longer.insert(at, 1, ' ')));
    }
    CHECK_FALSE(passes(file + "\n"));
    CHECK_FALSE(passes(file + file));
}

TEST_CASE("AC-163 AC-164 AC-165 AC-166 AC-169 AC-170 nothing active has a place in an image pdf") {
    const std::string file = document_of(some_pages());
    const std::string page = "/MediaBox[0 0 ", catalog = "<</Type/Catalog", image = "<</Type/XObject";
    const std::vector<std::pair<std::string, std::string>> put_back{
        {catalog, catalog + "/OpenAction<</S/JavaScript/JS(app.alert\\(1\\))>>"},
        {catalog, catalog + "/AcroForm<</XFA(x)>>"},
        {catalog, catalog + "/Names<</EmbeddedFiles 9 0 R>>"},
        {catalog, catalog + "/AA<<>>"},
        {catalog, catalog + "/Metadata 5 0 R"},
        {page, "/Annots[<</Type/Annot/Subtype/Link/A<</S/URI/URI(http://x)>>>>]" + page},
        {page, "/AA<</O<</S/Launch/F(x)>>>>" + page},
        {page, "/Rotate 90" + page},
        {image, image + "/Alternates[]"},
        {image, image + "/OPI<<>>"},
        {image, image + "/SMask 5 0 R"},
        {"cm /P Do", "cm /P Do BT ET"},
        {"/XObject<</P", "/Font<<>>/XObject<</P"},
        {"/Filter/FlateDecode", "/Filter/JPXDecode"},
        {"/Filter/FlateDecode", "/F(http://x/)/FFilter/FlateDecode"},
        {"endobj\n2 0 obj", "endobj\n%comment\n2 0 obj"},
        {"endobj\n2 0 obj", "endobj\n9 0 obj\n<</S/JavaScript>>\nendobj\n2 0 obj"}};
    for (const auto& [old, instead] : put_back) {
        INFO(instead);
        CHECK_FALSE(passes(with_new_table(with(file, old, instead))));
    }
}

TEST_CASE("an object that no page names, and a page that none is, are refused") {
    std::string file = document_of(some_pages());
    file.insert(file.rfind("xref\n0 "), "12 0 obj\n<</S/JavaScript/JS(x)>>\nendobj\n");
    CHECK_FALSE(passes(with_new_table(file)));
    CHECK_FALSE(passes(with_new_table(with(document_of(some_pages()), "/Count 3", "/Count 2"))));
    CHECK_FALSE(passes(with_new_table(with(document_of(some_pages()), "[3 0 R 6 0 R", "[6 0 R 3 0 R"))));
    CHECK_FALSE(passes(document_of({})));
}

TEST_CASE("AC-175 a length that lies is refused") {
    const std::string file = document_of({text_picture(61, 83, 255)});
    const std::size_t at = file.rfind("/Length ") + 8;
    const std::string length = file.substr(at, file.find('>', at) - at);
    for (const int by : {-1, 1, 1000}) {
        std::string lying = file;
        lying.replace(at, length.size(), std::to_string(std::stoi(length) + by));
        CHECK_FALSE(passes(with_new_table(lying)));
    }
}

TEST_CASE("AC-179 a picture that is something else as well is refused") {
    const codec::PagePicture photo = photo_picture(64, 48), text = text_picture(61, 83, 255);
    codec::PagePicture changed = photo;
    changed.data += "PK\x03\x04";
    CHECK_THAT(refusal(with_picture(changed)), Catch::Contains("a JPEG of ours"));
    changed.data = photo.data.substr(0, 2) + std::string("\xff\xfe\x00\x08<html>", 10) + photo.data.substr(2);
    CHECK_THAT(refusal(with_picture(changed)), Catch::Contains("a JPEG of ours"));
    changed = text;
    changed.data += "%PDF-1.7";
    CHECK_THAT(refusal(with_picture(changed)), Catch::Contains("ends with its stream"));
    std::string hiding = text.data.substr(0, 2);  // empty stored blocks before the pixels: room for anything
    for (int i = 0; i < 500; ++i) hiding += std::string("\0\0\0\xff\xff", 5);
    changed.data = hiding + text.data.substr(2);
    CHECK_THAT(refusal(with_picture(changed)), Catch::Contains("no larger than what it holds"));
}

TEST_CASE("a picture has as many rows as it says, and nothing behind their pixels") {
    const codec::PagePicture text = text_picture(61, 83, 255);  // 8 bytes a row, the last three bits are none
    const std::string white(8 * 83, '\0');
    CHECK(refusal(with_picture(with_rows(text, white))) == "passed");
    CHECK_FALSE(passes(with_picture(with_rows(text, white.substr(1)))));
    CHECK_FALSE(passes(with_picture(with_rows(text, white + '\0'))));
    std::string behind = white;
    behind[7] = 0x01;
    CHECK_THAT(refusal(with_picture(with_rows(text, behind))), Catch::Contains("behind the pixels"));
    behind[7] = 0x08;
    CHECK(passes(with_picture(with_rows(text, behind))));
}

TEST_CASE("a picture is as large as its page, and no page has more pixels than a page may") {
    const codec::PagePicture photo = photo_picture(64, 48);
    codec::PagePicture lying = photo;
    lying.width = 65;
    CHECK_THAT(refusal(with_picture(lying)), Catch::Contains("as large as it says"));
    const auto on_page = [](const codec::PagePicture& picture, codec::PageSize size) {
        codec::ImagePdfWriter writer(1);
        writer.add(picture, size);
        return std::move(writer).finish();
    };
    CHECK(passes(on_page(photo, {3072, 2304})));
    CHECK_FALSE(passes(on_page(photo, {30720, 2304})));
    CHECK_FALSE(passes(on_page(photo, {3072, 230})));
    CHECK_FALSE(passes(on_page(photo, {0, 2304})));
    codec::PagePicture huge = text_picture(61, 83, 255);
    huge.width = 6000;
    huge.height = 9000;
    CHECK_THAT(refusal(with_picture(huge)), Catch::Contains("fewer pixels"));
}

TEST_CASE("a turned picture, and one in other colours than a page's, are refused") {
    codec::PagePicture picture = photo_picture(64, 48);
    JpegWanted wanted;
    wanted.width = 64;
    wanted.height = 48;
    wanted.colours = JpegColours::grey;
    picture.data = jpeg_of(wanted);
    CHECK_FALSE(passes(with_picture(picture)));
}
