#include "sanitizer/codec/image_pdf/picture_pages.hpp"

#include <algorithm>
#include <catch2/catch.hpp>
#include <string>

#include "sanitizer/checker/image_pdf/check_image_pdf.hpp"
#include "sanitizer/codec/image_pdf/image_pdf_reader.hpp"
#include "sanitizer/codec/image_pdf/jpeg_stream.hpp"
#include "sanitizer/codec/image_pdf/missing_glyphs.hpp"
#include "sanitizer/mail/private_use_mark.hpp"
#include "tests/unit/sanitizer/codec/image_pdf/made_pages.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

FileMade made_of(std::string_view untrusted) {
    FileOutcome outcome = pictured(untrusted);
    if (const auto* why = std::get_if<FileNotMade>(&outcome)) FAIL(why->words);
    return std::get<FileMade>(std::move(outcome));
}

// A page of text in grey, as an engine draws it: neutral colours, soft edges.
std::string drawn_text(std::uint32_t width, std::uint32_t height) {
    JpegWanted wanted;
    wanted.width = width;
    wanted.height = height;
    wanted.quality = 95;
    wanted.luminance = luminance_of_text(width, height, 128);
    return jpeg_of(wanted);
}

}  // namespace

TEST_CASE("pages become one document that the checker passes, in order, each as large as it was drawn") {
    const FileMade file = made_of(drawn_photo(310, 439) + drawn_photo(439, 310) + drawn_photo(40, 30));
    CHECK(file.kind == SafeKind::image_pdf);
    CHECK(file.pages == 3);
    REQUIRE(file.losses.size() == 1);
    CHECK(file.losses[0].what == Reason::pages_pictured);
    CHECK(file.losses[0].count == 3);
    const auto checked = checker::check_image_pdf(file.untrusted_bytes);
    if (!checked) FAIL(checked.error().words());
    CHECK(file.untrusted_bytes.find("/MediaBox[0 0 148.79 210.71]") < file.untrusted_bytes.find("[0 0 210.71 148.79]"));
    CHECK(file.untrusted_bytes.find("[0 0 19.19 14.39]") != std::string::npos);
}

TEST_CASE("making pictures of it once more changes nothing") {
    for (const std::string& file : {document_of(some_pages()), made_of(drawn_photo(64, 48)).untrusted_bytes,
                                    made_of(drawn_text(200, 100) + drawn_photo(64, 48)).untrusted_bytes}) {
        const FileMade again = made_of(file);
        CHECK((again.untrusted_bytes == file));
        CHECK(again.losses.empty());
    }
}

TEST_CASE("text in black and white is two colours or sixteen shades, and a photo stays a JPEG") {
    CHECK(text_picture(61, 83, 255).form == codec::PictureForm::black_white);
    CHECK(text_picture(61, 83, 128).form == codec::PictureForm::grey);
    CHECK(photo_picture(64, 48).form == codec::PictureForm::colour);
    std::string shading;
    for (int i = 0; i < 200 * 200; ++i) shading.push_back(static_cast<char>(60 + i % 100));
    CHECK_FALSE(codec::packed_text(shading, 200, 200).has_value());
    const FileMade file = made_of(drawn_text(200, 100));
    CHECK(file.untrusted_bytes.find("/BitsPerComponent 4/") != std::string::npos);
}

TEST_CASE("what an engine drew is refused when it is not pictures of pages") {
    const std::string page = drawn_photo(40, 30);
    CHECK(why_not(pictured("")) == "document_damaged");
    CHECK(why_not(pictured("%PDF-1.7\n")) == "document_damaged");
    CHECK(why_not(pictured(page + "x")) == "document_damaged");
    CHECK(why_not(pictured(page + page.substr(0, page.size() - 2))) == "document_damaged");
    CHECK(why_not(pictured(page.substr(0, page.size() / 2) + "\xff\xd9")) == "document_damaged");
    JpegWanted grey;
    grey.colours = JpegColours::grey;
    CHECK(why_not(pictured(jpeg_of(grey))) == "not_representable");
    JpegWanted turned;
    turned.segments = {{0xe1, exif_with_orientation(6, true)}};
    CHECK(why_not(pictured(jpeg_of(turned))) == "not_representable");
}

TEST_CASE("pages and pixels are paid before they are unpacked") {
    std::string many;
    for (std::uint32_t i = 0; i <= PageLimits().pages_max; ++i) many += drawn_photo(8, 8);
    CHECK(why_not(pictured(many)) == "document_damaged");
    FileLimits few;
    few.pixels_max = 40 * 30 - 1;
    FilePurse poor(few);
    CHECK(why_not(codec::picture_pages(drawn_photo(40, 30), 150, poor)) == "too_many_pixels");
    FileLimits small;
    small.out_bytes_max = 3000;
    CHECK(why_not(pictured(drawn_photo(40, 30) + drawn_photo(40, 30) + drawn_photo(40, 30), small)) ==
          "files_too_large");
    small.out_bytes_max = 999;
    CHECK(why_not(pictured(drawn_photo(40, 30), small)) == "files_too_large");
}

TEST_CASE("a document that only begins like one of ours is damaged, never an alarm of the checker") {
    const std::string file = document_of(some_pages());
    for (std::size_t at = 90; at < file.size(); at += 3) {
        std::string changed = file;
        changed[at] = static_cast<char>(changed[at] ^ 0x10);
        const FileOutcome outcome = pictured(changed);
        if (const auto* made = std::get_if<FileMade>(&outcome)) {
            INFO(at);
            CHECK(checker::check_image_pdf(made->untrusted_bytes).has_value());
        } else {
            CHECK(std::holds_alternative<FileNotMade>(outcome));
        }
        (void)pictured(file.substr(0, at));
    }
}

TEST_CASE("bits behind the pixels of a row are cleared, not carried on") {
    codec::PagePicture text = text_picture(61, 83, 255);
    std::string rows(8 * 83, '\0');
    rows[7] = 0x0f;  // one pixel, and three bits that are none
    text.data = zlib_of(rows);
    const FileMade file = made_of(document_of({text}));
    const auto checked = checker::check_image_pdf(file.untrusted_bytes);
    if (!checked) FAIL(checked.error().words());
}

TEST_CASE("a document of pages of another size than their pictures is damaged") {
    codec::ImagePdfWriter writer(1);
    writer.add(photo_picture(64, 48), {30720, 2304});
    CHECK(why_not(pictured(std::move(writer).finish())) == "document_damaged");
}

TEST_CASE("a page that is longer than readers of PDF take is not made") {
    CHECK(why_not(pictured(drawn_photo(30'000, 8))) == "made");
    CHECK(why_not(pictured(drawn_photo(30'008, 8))) == "too_many_pixels");  // 14,403 points at 150 dpi
}

TEST_CASE("JPEGs that stand one behind the other are told apart") {
    const std::string one = drawn_photo(40, 30), other = drawn_photo(8, 8);
    const std::string behind_another = one + other;
    const auto both = codec::split_jpegs(behind_another, 2);
    REQUIRE(both.has_value());
    CHECK((*both == std::vector<std::string_view>{one, other}));
    CHECK_FALSE(codec::split_jpegs(behind_another, 1).has_value());
    for (std::size_t size = 0; size < one.size(); ++size) CHECK_FALSE(codec::split_jpegs(one.substr(0, size), 9));
    JpegWanted restarts;
    restarts.restart_interval = 1;
    const std::string with_restarts = jpeg_of(restarts);
    const std::string all = with_restarts + one + with_restarts;
    const auto three = codec::split_jpegs(all, 9);
    REQUIRE(three.has_value());
    CHECK(three->size() == 3);
}

TEST_CASE("letters that no font has are counted for each page") {
    const std::string fonts = "20-7e 3041-3096\n4e00 4e8c-4e8d\n\f";
    const auto missing = codec::missing_glyphs(fonts + "Ab あ一二\n\f三 三\n九\f\f");
    REQUIRE(missing.size() == 2);
    CHECK(missing[0].page == 2);
    CHECK(missing[0].code_point == 0x4e09);
    CHECK(missing[0].count == 2);
    CHECK(missing[1].code_point == 0x4e5d);
    CHECK(codec::missing_glyphs(fonts + "\xee\x80\x80 \xe3\x80\x80\xef\xb8\x8f\xff\xe2\x80\x8f").empty());
    const std::string gaiji = "\xee\x80\x80", symbol = "\xef\x82\xb7";
    CHECK(codec::missing_glyphs(fonts + gaiji + symbol).empty());
    const auto of_office = codec::missing_glyphs(std::string(private_use_mark) + fonts + gaiji + symbol);
    REQUIRE(of_office.size() == 1);
    CHECK(of_office[0].code_point == 0xe000);
    CHECK(codec::missing_glyphs(std::string(private_use_mark) + "e000\n\f" + gaiji).empty());
    CHECK(codec::missing_glyphs("").empty());
    CHECK(codec::missing_glyphs("0-10ffff\n\f三").empty());
    CHECK(codec::missing_glyphs("7f-20 zz -- 110000 5-\n\fA").size() == 1);
    std::string many = fonts;
    for (int i = 0; i < 1000; ++i) many += "三\f";
    CHECK(codec::missing_glyphs(many).size() == missing_listed_max);
}
