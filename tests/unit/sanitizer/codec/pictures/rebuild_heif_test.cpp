#include "sanitizer/codec/pictures/rebuild_heif.hpp"

#include <catch2/catch.hpp>
#include <cmath>
#include <cstdlib>
#include <string>
#include <vector>

#include "rebuilt.hpp"
#include "sanitizer/codec/pictures/display_p3.hpp"
#include "tests/support/in_the_sandbox.hpp"
#include "tests/support/made_heif.hpp"
#include "tests/support/made_pictures.hpp"
#include "turned.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace std::string_literals;

namespace {

template <class Change>
std::string heif_with(Change change) {
    HeifWanted wanted;
    change(wanted);
    return heif_of(wanted);
}

unsigned luma(const std::string& samples, std::size_t width, std::size_t x, std::size_t y) {
    return static_cast<unsigned char>(samples.at((y * width + x) * 3));
}

// The blocks of the picture that was wanted by default, as letters from a; '?' for what is none of them.
std::string letters_of(const FileMade& file, std::size_t columns) {
    REQUIRE(file.kind == SafeKind::jpeg);
    const std::string samples = jpeg_samples(file.untrusted_bytes);
    const std::size_t width = columns * heif_block, height = 6 / columns * heif_block;
    REQUIRE(samples.size() == width * height * 3);
    std::string letters;
    for (std::size_t y = heif_block / 2; y < height; y += heif_block) {
        for (std::size_t x = heif_block / 2; x < width; x += heif_block) {
            const unsigned grey = luma(samples, width, x, y), nearest = grey / 40;
            const bool is_near = std::abs(static_cast<int>(grey) - static_cast<int>(nearest * 40 + 20)) <= 6;
            letters += is_near ? static_cast<char>('a' + nearest) : '?';
        }
    }
    return letters;
}

std::string icc_of(const std::vector<std::pair<std::string, std::array<std::uint32_t, 3>>>& primaries) {
    std::string entries = be(static_cast<std::uint32_t>(primaries.size()), 4), data;
    for (const auto& [name, xyz] : primaries) {
        const std::size_t at = 128 + 4 + primaries.size() * 12 + data.size();
        entries += name + be(static_cast<std::uint32_t>(at), 4) + be(20, 4);
        data += "XYZ "s + be(0, 4) + be(xyz[0], 4) + be(xyz[1], 4) + be(xyz[2], 4);
    }
    return std::string(16, 'h') + "RGB " + std::string(108, '\0') + entries + data;
}

const std::string p3_profile = icc_of(
    {{"rXYZ", {33'759, 15'807, 0xffff'ffbb}}, {"gXYZ", {19'135, 45'367, 2'745}}, {"bXYZ", {10'296, 4'363, 51'385}}});
const std::string srgb_profile =
    icc_of({{"rXYZ", {28'583, 14'581, 912}}, {"gXYZ", {25'239, 46'981, 6'363}}, {"bXYZ", {9'379, 3'972, 46'786}}});
const std::string wide_profile =
    icc_of({{"rXYZ", {40'000, 20'000, 0}}, {"gXYZ", {9'000, 46'000, 2'000}}, {"bXYZ", {9'000, 1'000, 50'000}}});

// Red, green, blue of the pixel in the middle of the first block.
std::array<int, 3> first_colour(const FileMade& file, std::size_t columns) {
    const std::string samples = jpeg_samples(file.untrusted_bytes);
    const std::size_t at = (heif_block / 2 * columns * heif_block + heif_block / 2) * 3;
    const auto sample = [&](std::size_t i) {
        return static_cast<double>(static_cast<unsigned char>(samples.at(at + i)));
    };
    const double y = sample(0), cb = sample(1) - 128, cr = sample(2) - 128;
    return {static_cast<int>(std::lround(y + 1.402 * cr)), static_cast<int>(std::lround(y - 0.344 * cb - 0.714 * cr)),
            static_cast<int>(std::lround(y + 1.772 * cb))};
}

bool is_near(const std::array<int, 3>& seen, const std::array<int, 3>& wanted) {
    for (std::size_t i = 0; i < 3; ++i) {
        if (std::abs(seen[i] - wanted[i]) > 8) return false;
    }
    return true;
}

// Reason, losses and a digest of the bytes: what of an outcome can be compared.
std::string summary(std::string_view untrusted) {
    const FileOutcome outcome = rebuilt_within(untrusted, {});
    if (const auto* refusal = std::get_if<FileNotMade>(&outcome)) {
        return std::string(to_string(refusal->why)) + " " + refusal->words;
    }
    const auto& file = std::get<FileMade>(outcome);
    std::string words = std::to_string(std::hash<std::string>()(file.untrusted_bytes));
    for (const Loss& loss : file.losses) words += " " + std::string(to_string(loss.what)) + std::to_string(loss.count);
    return words;
}

constexpr std::array<std::uint8_t, 4> tiles = {40, 90, 150, 210};

}  // namespace

TEST_CASE("AC-140 a HEIC and an AVIF become a JPEG that shows the same") {
    for (const bool is_avif : {false, true}) {
        INFO(is_avif);
        const FileMade file = rebuilt(heif_with([&](auto& w) { w.is_avif = is_avif; }));
        CHECK(letters_of(file, 3) == "abcdef");
        CHECK(file.losses.size() == 1);
        CHECK(count_of(file, Reason::picture_encoded_anew) == 1);
    }
}

TEST_CASE("a HEIC and an AVIF with alpha become a PNG with it, without a hole they stay a photo") {
    for (const bool is_avif : {false, true}) {
        INFO(is_avif);
        const std::string heif = heif_with([&](auto& w) {
            w.is_avif = is_avif;
            w.has_alpha = true;
            for (std::size_t i = 0; i < w.blocks.size(); ++i) w.blocks[i][3] = static_cast<std::uint8_t>(255 - 40 * i);
        });
        const FileMade file = rebuilt(heif);
        REQUIRE(file.kind == SafeKind::png);
        CHECK(file.losses.empty());
        const std::string samples = png_samples(file.untrusted_bytes);
        REQUIRE(samples.size() == 8 + 96 * 64 * 8);
        for (std::size_t i = 0; i < 6; ++i) {
            const std::size_t x = i % 3 * heif_block + heif_block / 2, y = i / 3 * heif_block + heif_block / 2;
            const std::string pixel = samples.substr(8 + (y * 96 + x) * 8, 8);
            const double light = std::pow((20 + 40.0 * static_cast<double>(i)) / 255, 2.2);  // as libpng gives it
            const double alpha = 255 - 40.0 * static_cast<double>(i);
            CHECK(std::abs(static_cast<unsigned char>(pixel[0]) - light * alpha) <= 5);
            CHECK(std::abs(static_cast<unsigned char>(pixel[6]) - static_cast<int>(255 - 40 * i)) <= 6);
        }
        CHECK(rebuilt(heif_with([&](auto& w) { w.is_avif = is_avif, w.has_alpha = true; })).kind == SafeKind::jpeg);
    }
}

TEST_CASE("AC-214 all eight orientations of a HEIC are applied once, whatever Exif says besides") {
    for (const Turned& turned : all_turned) {
        for (const bool is_avif : {false, true}) {
            INFO(turned.orientation << " " << is_avif);
            const std::string heif = heif_with([&](auto& w) {
                w.is_avif = is_avif;
                w.orientation = turned.orientation;
                w.exif = exif_with_orientation(turned.orientation, true).substr(6);
            });
            CHECK((heif.find("irot") != heif.npos || heif.find("imir") != heif.npos) == (turned.orientation != 1));
            if (turned.orientation == 6) CHECK(heif.find("irot\3") != heif.npos);  // three quarters to the left
            const FileMade file = rebuilt(heif);
            CHECK(letters_of(file, turned.width) == turned.rows);
            CHECK(file.untrusted_bytes.find("Exif") == std::string::npos);
        }
    }
    const FileMade only_exif = rebuilt(heif_with([](auto& w) { w.exif = exif_with_orientation(6, true).substr(6); }));
    CHECK(letters_of(only_exif, 3) == "abcdef");
}

TEST_CASE("AC-214 no Exif, no place, no XMP and no thumbnail of a HEIC leaves, and they are counted") {
    const std::string heif = heif_with([](auto& w) {
        w.exif = exif_with_orientation(1, true).substr(6) + "GPS 35.6895 N 139.6917 E";
        w.xmp = "<x:xmpmeta>hidden words</x:xmpmeta>";
        w.thumbnail = 32;
    });
    REQUIRE(heif.find("GPS 35") != heif.npos);
    const FileMade file = rebuilt(heif);
    CHECK(count_of(file, Reason::metadata_removed) == 3);
    CHECK(count_of(file, Reason::pages_dropped) == 0);
    for (const char* words : {"GPS", "35.68", "Exif", "hidden", "xmp"}) {
        CHECK(file.untrusted_bytes.find(words) == std::string::npos);
    }
    CHECK((file.untrusted_bytes == rebuilt(heif_with([](auto&) {})).untrusted_bytes));
}

TEST_CASE("a HEIC in Display P3 becomes sRGB, other colours are said") {
    const HeifColour orange = {200, 100, 50, 255};
    const std::array<int, 3> in_srgb = {215, 95, 33};
    const auto made_with = [&](auto change) {
        return rebuilt(heif_with([&](auto& w) {
            w.columns = 1;
            w.blocks.assign(2, orange);
            change(w);
        }));
    };
    const auto is_odd = [](const FileMade& file) { return count_of(file, Reason::colour_profile_dropped) == 1; };
    const FileMade plain = made_with([](auto& w) { w.profile = srgb_profile; });
    CHECK_FALSE(is_odd(plain));
    CHECK(is_near(first_colour(plain, 1), {200, 100, 50}));
    for (const bool by_profile : {true, false}) {
        INFO(by_profile);
        const FileMade p3 = made_with([&](auto& w) {
            if (by_profile) w.profile = p3_profile;
            if (!by_profile) w.primaries = 12;
        });
        CHECK_FALSE(is_odd(p3));
        CHECK(is_near(first_colour(p3, 1), in_srgb));
    }
    const FileMade wide = made_with([](auto& w) { w.profile = wide_profile; });
    CHECK(is_odd(wide));
    CHECK(is_near(first_colour(wide, 1), {200, 100, 50}));
    CHECK(is_odd(made_with([](auto& w) { w.profile = "some profile"; })));
    CHECK_FALSE(is_odd(made_with([](auto& w) { w.primaries = 1; })));
    CHECK(is_odd(made_with([](auto& w) { w.primaries = 9; })));
    CHECK(is_odd(made_with([](auto& w) { w.primaries = 1, w.transfer = 16; })));
    CHECK(is_odd(made_with([](auto& w) { w.primaries = 12, w.transfer = 18; })));
}

TEST_CASE("Display P3 is computed as the standards say, greys stay and alpha too") {
    const auto linear = [](double c) { return c <= 0.04045 ? c / 12.92 : std::pow((c + 0.055) / 1.055, 2.4); };
    const auto curved = [](double c) { return c <= 0.0031308 ? c * 12.92 : 1.055 * std::pow(c, 1 / 2.4) - 0.055; };
    const double matrix[3][3] = {
        {1.2249402, -0.2249402, 0}, {-0.0420570, 1.0420570, 0}, {-0.0196376, -0.0786361, 1.0982737}};
    codec::RgbaPicture picture;
    for (int r = 0; r < 256; r += 15) {
        for (int g = 0; g < 256; g += 15) {
            for (int b = 0; b < 256; b += 15) {
                for (const int sample : {r, g, b, (r + g) / 2}) picture.pixels += static_cast<char>(sample);
            }
        }
    }
    picture.height = 1;
    picture.width = static_cast<std::uint32_t>(picture.pixels.size() / 4);
    const std::string before = picture.pixels;
    codec::p3_to_srgb(picture);
    std::size_t wrong = 0;
    const auto sample_at = [](const std::string& from, std::size_t at) { return static_cast<unsigned char>(from[at]); };
    for (std::size_t at = 0; at < before.size(); at += 4) {
        for (std::size_t i = 0; i < 3; ++i) {
            double sum = 0;
            for (std::size_t k = 0; k < 3; ++k) sum += matrix[i][k] * linear(sample_at(before, at + k) / 255.0);
            const double wanted = curved(std::min(1.0, std::max(0.0, sum))) * 255;
            if (std::abs(wanted - sample_at(picture.pixels, at + i)) > 0.6) ++wrong;
        }
        if (before[at + 3] != picture.pixels[at + 3]) ++wrong;
        const bool is_grey = before[at] == before[at + 1] && before[at] == before[at + 2];
        if (is_grey && before.compare(at, 3, picture.pixels, at, 3) != 0) ++wrong;
    }
    CHECK(wrong == 0);
}

TEST_CASE("further pictures of a HEIC, and a film beside it, are said") {
    const FileMade file = rebuilt(heif_with([](auto& w) { w.pictures = 3; }));
    CHECK(count_of(file, Reason::pages_dropped) == 2);
    CHECK(count_of(file, Reason::frames_dropped) == 0);
    CHECK(letters_of(file, 3) == "abcdef");
    const std::string plain = heif_with([](auto&) {});
    CHECK(count_of(rebuilt(plain + be(8 + 12, 4) + "moovhidden words"), Reason::frames_dropped) == 1);
    CHECK(count_of(rebuilt(plain + be(8 + 12, 4) + "freehidden words"), Reason::frames_dropped) == 0);
}

TEST_CASE("a grid of tiles, as phones write it, is put together and cut") {
    GridWanted wanted;
    wanted.greys.assign(tiles.begin(), tiles.end());
    for (const std::uint32_t side : {128u, 100u}) {
        INFO(side);
        wanted.width = wanted.height = side;
        const FileMade file = rebuilt(heif_grid_of(wanted));
        const std::string samples = jpeg_samples(file.untrusted_bytes);
        REQUIRE(samples.size() == std::size_t{side} * side * 3);
        for (std::size_t i = 0; i < tiles.size(); ++i) {
            const int seen = static_cast<int>(luma(samples, side, 32 + i % 2 * 50, 32 + i / 2 * 50));
            CHECK(std::abs(seen - tiles[i]) <= 6);
        }
        CHECK(count_of(file, Reason::pages_dropped) == 0);
    }
}

TEST_CASE("AC-211 a HEIC's pixels are paid before they are decoded, whatever size stands where") {
    const std::string good = heif_with([](auto&) {});
    FileLimits limits;
    limits.pixels_max = 96 * 64;
    CHECK(std::holds_alternative<FileMade>(rebuilt_within(good, limits)));
    limits.pixels_max = 96 * 64 - 1;
    CHECK(refused(good, limits).why == Reason::too_many_pixels);
    limits = {};
    limits.inner_bytes_max = 96 * 64 * 8;
    CHECK(refused(good, limits).why == Reason::inner_too_large);
    limits = {};
    limits.out_bytes_max = 300;
    CHECK(refused(good, limits).why == Reason::files_too_large);
    CHECK(refused(with_stated_size(good, 60000, 60000)).why == Reason::too_many_pixels);
    CHECK(refused(with_stated_size(good, 20000, 20000)).why == Reason::too_many_pixels);
    CHECK(refused(with_stated_size(good, 0xffff'ffff, 0xffff'ffff)).why == Reason::too_many_pixels);
    CHECK(refused(with_stated_size(good, 64, 64)).why == Reason::document_damaged);
    GridWanted grid;
    grid.greys.assign(tiles.begin(), tiles.end());
    grid.stated_width = grid.stated_height = 16;
    grid.width = grid.height = 30000;
    CHECK(to_string(refused(heif_grid_of(grid)).why) == to_string(Reason::too_many_pixels));
}

TEST_CASE("AC-212 a HEIC or AVIF that is cut, or has a flipped byte, is rebuilt or held, and never more") {
    GridWanted grid;
    grid.greys.assign(tiles.begin(), tiles.end());
    for (const std::string& good :
         {heif_with([](auto&) {}), heif_with([](auto& w) { w.is_avif = true; }),
          heif_with([](auto& w) { w.has_alpha = true, w.blocks[0][3] = 9; }), heif_grid_of(grid)}) {
        for (std::size_t size = 12; size < good.size(); size += 64) {
            INFO(size);
            const FileOutcome outcome = rebuilt_within(good.substr(0, size), {});
            if (const auto* refusal = std::get_if<FileNotMade>(&outcome)) CHECK(refusal->why != Reason::none);
        }
        CHECK(refused(good.substr(0, 40)).why == Reason::document_damaged);
        for (std::size_t at = 12; at < good.size(); at += 5) {
            INFO(at);
            is_made_rightly(broken_at(good, at));
        }
    }
}

TEST_CASE("AC-215 what is a film or something else with boxes is no picture") {
    for (const char* brand : {"isom", "mp42", "qt  ", "M4A ", "3gp4"}) {
        INFO(brand);
        CHECK(refused(be(24, 4) + "ftyp" + brand + std::string(12, '\0')).why == Reason::not_representable);
    }
    CHECK(refused("ftypheic").why == Reason::not_representable);
    for (const char* brand : {"heic", "mif1", "avif"}) {
        const std::string type = be(24, 4) + "ftyp" + brand + be(0, 4) + brand + "mif1";
        CHECK(refused(type).why == Reason::document_damaged);
    }
}

TEST_CASE("in the sandbox a HEIC and an AVIF become what they become outside, without a thread") {
    codec::load_picture_tables();
    GridWanted grid;
    grid.greys.assign(tiles.begin(), tiles.end());
    const std::string plain = heif_with([](auto&) {});
    for (const std::string& untrusted :
         {plain, heif_with([](auto& w) { w.is_avif = true; }),
          heif_with([](auto& w) { w.has_alpha = true, w.blocks[0][3] = 9; }),
          heif_with([](auto& w) { w.is_avif = true, w.has_alpha = true, w.blocks[0][3] = 9; }),
          heif_with([](auto& w) { w.profile = p3_profile, w.exif = exif_with_orientation(6, true).substr(6); }),
          heif_grid_of(grid), plain.substr(0, plain.size() - 20), with_stated_size(plain, 60000, 60000)}) {
        const Ended inside = in_the_sandbox([&] { return summary(untrusted); });
        CHECK(came_back(inside));
        CHECK(inside.said == summary(untrusted));
    }
}

TEST_CASE("no broken HEIC ends a sandboxed process, though its decoder complains on the terminal") {
    codec::load_picture_tables();
    for (const bool is_avif : {false, true}) {
        const std::string good = heif_with([&](auto& w) { w.is_avif = is_avif; });
        for (std::size_t at = good.find(is_avif ? "av1C" : "hvcC"); at < good.size(); at += 2) {
            std::string broken = good;
            broken[at] = static_cast<char>(~broken[at]);
            INFO(is_avif << " " << at);
            CHECK(came_back(in_the_sandbox([&] { return summary(broken); })));
        }
    }
}
