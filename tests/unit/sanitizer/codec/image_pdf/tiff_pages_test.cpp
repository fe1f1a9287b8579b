#include "sanitizer/codec/image_pdf/tiff_pages.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "policy/page_limits.hpp"
#include "sanitizer/checker/image_pdf/check_image_pdf.hpp"
#include "sanitizer/codec/image_pdf/image_pdf_reader.hpp"
#include "sanitizer/codec/pictures/rebuild_tiff.hpp"
#include "tests/support/made_tiff.hpp"

using namespace mugaika;
using namespace mugaika::test;

namespace {

FileOutcome outcome_of(const std::string& tiff, FileLimits limits = {}) {
    FilePurse purse(limits);
    return codec::rebuild_tiff_pages(tiff, purse);
}

FileMade made_of(const std::string& tiff, FileLimits limits = {}) {
    FileOutcome outcome = outcome_of(tiff, limits);
    if (const auto* why = std::get_if<FileNotMade>(&outcome)) FAIL(why->words);
    return std::get<FileMade>(std::move(outcome));
}

// Black and white lines, 40 by 30.
template <class Change>
std::string fax(Change change) {
    return tiff_of([&](TiffWanted& wanted) {
        wanted.width = 40;
        wanted.height = 30;
        wanted.bits = 1;
        wanted.pixels = std::string(5 * 30, '\xf0');
        wanted.pages = 3;
        change(wanted);
    });
}

std::uint32_t count_of(const FileMade& file, Reason reason) {
    for (const Loss& loss : file.losses) {
        if (loss.what == reason) return loss.count;
    }
    return 0;
}

std::uint32_t pages_that_pass(const FileMade& file) {
    CHECK(file.kind == SafeKind::image_pdf);
    const auto pages = checker::check_image_pdf(file.untrusted_bytes);
    if (!pages) FAIL(pages.error().words());
    CHECK(*pages == file.pages);
    return *pages;
}

}  // namespace

TEST_CASE("a fax of several pages becomes a document of all of them, black on white, and nothing is lost") {
    const FileMade file = made_of(fax([](auto& wanted) { wanted.has_density = true; }));
    CHECK(pages_that_pass(file) == 3);
    CHECK(file.losses.empty());
    const auto read = codec::read_image_pdf(file.untrusted_bytes);
    REQUIRE(read);
    for (const codec::OldPage& page : *read) {
        CHECK(page.picture.form == codec::PictureForm::black_white);
        CHECK(page.picture.width == 40);
        CHECK(page.size.width == 960);  // 40 of 300 an inch, in hundredths of a point
        CHECK(page.size.height == 720);
    }
}

TEST_CASE("a TIFF of one page stays a picture, and small pictures of others are no pages") {
    for (const int small : {0, 1, 2}) {
        const std::string tiff = fax([&](auto& wanted) { wanted.pages = small + 1, wanted.small_pages = small; });
        const FileMade file = made_of(tiff);
        CHECK(file.kind == SafeKind::png);
        CHECK(file.losses.empty());
        FilePurse purse{FileLimits()};
        CHECK((std::get<FileMade>(codec::rebuild_tiff(tiff, purse)).untrusted_bytes == file.untrusted_bytes));
    }
    CHECK(pages_that_pass(made_of(fax([](auto& wanted) { wanted.pages = 4, wanted.small_pages = 1; }))) == 3);
}

TEST_CASE("pages with colours are JPEGs, which is said") {
    const FileMade file = made_of(tiff_of([](TiffWanted& wanted) {
        wanted.width = wanted.height = 40;
        wanted.samples = 3;
        wanted.photometric = 2;
        wanted.pages = 2;
        wanted.pixels.clear();
        for (int i = 0; i < 40 * 40; ++i) wanted.pixels += {static_cast<char>(i), static_cast<char>(i / 40), '\x70'};
    }));
    CHECK(pages_that_pass(file) == 2);
    CHECK(count_of(file, Reason::picture_encoded_anew) == 2);
}

TEST_CASE("AC-211 pages that there is no room for are said, and without the first nothing is made") {
    FileLimits limits;
    limits.out_bytes_max = 2500;
    const FileMade file = made_of(fax([](auto&) {}), limits);
    CHECK(pages_that_pass(file) == 1);
    CHECK(count_of(file, Reason::pages_dropped) == 2);
    limits.out_bytes_max = 1500;
    CHECK(std::get<FileNotMade>(outcome_of(fax([](auto&) {}), limits)).why == Reason::files_too_large);
    const std::string many = fax([](auto& wanted) { wanted.pages = 320; });
    const FileMade cut = made_of(many);
    CHECK(pages_that_pass(cut) == PageLimits().pages_max);
    CHECK(count_of(cut, Reason::pages_dropped) == 20);
}

TEST_CASE("AC-213 a page that cannot be read is black or left out, and said; the others arrive") {
    const FileMade file = made_of(fax([](auto& wanted) { wanted.broken_page = 1; }));
    CHECK(pages_that_pass(file) + count_of(file, Reason::pages_dropped) == 3);
    CHECK(count_of(file, Reason::pages_dropped) + count_of(file, Reason::picture_damaged) == 1);
    CHECK(pages_that_pass(made_of(fax([](auto& wanted) { wanted.is_looped = true; }))) == 3);
}

TEST_CASE("AC-210 whatever of such a file is cut off or changed, it ends in a document that passes, or in words") {
    const std::string whole = fax([](auto& wanted) { wanted.has_density = true; });
    const auto try_one = [](const std::string& bytes) {
        const FileOutcome outcome = outcome_of(bytes);
        const auto* file = std::get_if<FileMade>(&outcome);
        if (file != nullptr && file->kind == SafeKind::image_pdf) CHECK(pages_that_pass(*file) > 0);
    };
    for (std::size_t length = 0; length < whole.size(); length += 7) try_one(whole.substr(0, length));
    for (std::size_t at = 0; at < whole.size(); ++at) {
        std::string changed = whole;
        changed[at] = static_cast<char>(changed[at] ^ 0x81);
        try_one(changed);
    }
}
