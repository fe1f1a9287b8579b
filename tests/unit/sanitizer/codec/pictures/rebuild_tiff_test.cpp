#include "sanitizer/codec/pictures/rebuild_tiff.hpp"

#include <catch2/catch.hpp>
#include <string>

#include "rebuilt.hpp"
#include "tests/support/made_pictures.hpp"
#include "tests/support/made_tiff.hpp"
#include "turned.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace std::string_literals;

namespace {

std::string png_like(std::uint32_t width, std::uint32_t height, std::uint8_t colour, std::uint8_t depth,
                     const std::string& rows) {
    PngWanted png;
    png.width = width;
    png.height = height;
    png.colour = colour;
    png.depth = depth;
    png.rows = rows;
    return png_samples(png_of(png));
}

}  // namespace

TEST_CASE("AC-140 a TIFF of either byte order becomes a PNG of the smallest kind with the same pixels") {
    for (const bool is_big_endian : {false, true}) {
        const auto rebuilt_tiff = [&](auto change) {
            const FileMade file = rebuilt(tiff_of([&](TiffWanted& w) { change(w), w.is_big_endian = is_big_endian; }));
            CHECK(file.kind == SafeKind::png);
            CHECK(file.losses.empty());
            const std::string header = png_chunks_of(file.untrusted_bytes)[0].second;
            return std::pair(png_samples(file.untrusted_bytes), header.substr(8, 2));
        };
        CHECK((rebuilt_tiff([](auto&) {}) == std::pair(png_like(3, 2, 0, 8, "\0abc\0def"s), "\x08\0"s)));
        CHECK((rebuilt_tiff([](auto& w) { w.bits = 1, w.pixels = "\xa0\x40"; }) ==
               std::pair(png_like(3, 2, 0, 1, "\0\xa0\0\x40"s), "\1\0"s)));
        CHECK((rebuilt_tiff([](auto& w) { w.bits = 1, w.photometric = 0, w.pixels = "\xa0\x40"; }) ==
               std::pair(png_like(3, 2, 0, 1, "\0\x40\0\xa0"s), "\1\0"s)));
        CHECK((rebuilt_tiff([](auto& w) { w.samples = 3, w.photometric = 2, w.pixels = "abcdefghijklmnopqr"; }) ==
               std::pair(png_like(3, 2, 2, 8, "\0abcdefghi\0jklmnopqr"s), "\x08\2"s)));
    }
}

TEST_CASE("AC-214 all eight orientations of a TIFF are applied") {
    for (const Turned& turned : all_turned) {
        INFO(turned.orientation);
        const FileMade file =
            rebuilt(tiff_of([&](auto& w) { w.orientation = static_cast<std::uint32_t>(turned.orientation); }));
        CHECK((png_samples(file.untrusted_bytes) == turned_samples(turned)));
    }
    for (const std::uint32_t odd : {0u, 9u, 65535u})
        CHECK((png_samples(rebuilt(tiff_of([&](auto& w) { w.orientation = odd; })).untrusted_bytes) ==
               turned_samples(all_turned[0])));
}

TEST_CASE("of a TIFF of several pages the first is left, and the others are counted") {
    const std::string one = rebuilt(tiff_of([](auto&) {})).untrusted_bytes;
    const FileMade file = rebuilt(tiff_of([](auto& w) { w.pages = 4; }));
    CHECK(count_of(file, Reason::pages_dropped) == 3);
    CHECK((file.untrusted_bytes == one));
    CHECK(count_of(rebuilt(tiff_of([](auto& w) { w.pages = 3, w.is_looped = true; })), Reason::pages_dropped) == 2);
}

TEST_CASE("the resolution of a TIFF is kept, the loss of 16 bits a sample is said") {
    const FileMade file = rebuilt(tiff_of([](auto& w) { w.has_density = true; }));
    CHECK(png_chunks_of(file.untrusted_bytes)[1] == std::pair("pHYs"s, be(11811, 4) + be(11811, 4) + "\1"));
    CHECK(count_of(rebuilt(tiff_of([](auto& w) { w.bits = 16, w.pixels = "aabbccddeeff"; })),
                   Reason::picture_encoded_anew) == 1);
}

TEST_CASE("AC-213 AC-223 nothing that a TIFF's page does not show leaves") {
    const std::string good = tiff_of([](auto&) {});
    const FileMade file = rebuilt(good + "PK\3\4 hidden words");
    CHECK((file.untrusted_bytes == rebuilt(good).untrusted_bytes));
}

TEST_CASE("AC-211 a TIFF's pixels are paid before they are read") {
    CHECK(refused(tiff_of([](auto& w) { w.width = w.height = 0x7fffffff; })).why == Reason::too_many_pixels);
    CHECK(refused(tiff_of([](auto& w) { w.width = w.height = 9'999; })).why == Reason::too_many_pixels);  // 400 MB
    FileLimits limits;
    limits.pixels_max = 5;
    CHECK(refused(tiff_of([](auto&) {}), limits).why == Reason::too_many_pixels);
    limits = {};
    limits.inner_bytes_max = 40;
    CHECK(refused(tiff_of([](auto&) {}), limits).why == Reason::inner_too_large);
}

TEST_CASE("AC-212 a TIFF that is cut, or has a flipped byte, is rebuilt or held, and never more") {
    const std::string good = tiff_of([](auto& w) { w.pages = 2, w.has_density = true; });
    std::size_t held = 0;
    for (std::size_t at = 4; at < good.size(); ++at) {
        INFO(at);
        for (const std::string& broken : {good.substr(0, at), broken_at(good, at)}) {
            held += is_made_rightly(broken) ? 0 : 1;
        }
    }
    CHECK(held > 50);
}
