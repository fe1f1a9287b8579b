#include "sanitizer/codec/pictures/rebuild_bmp.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "rebuilt.hpp"
#include "tests/support/made_pictures.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace std::string_literals;

namespace {

std::string le(std::uint32_t value, unsigned size) {
    const std::string big = be(value, size);
    return {big.rbegin(), big.rend()};
}

constexpr std::uint32_t width = 5, height = 3;

struct BmpWanted {
    std::uint32_t header_bytes = 40, bits = 24, compression = 0;
    bool is_top_down = false;
    std::vector<std::uint32_t> masks;
    std::string palette;  // as the file has it
    std::uint32_t colours_used = 0;
    std::string pixels;
    std::uint32_t wide = width, high = height;
};

std::string bmp_of(const BmpWanted& wanted) {
    std::string header;
    if (wanted.header_bytes == 12) {
        header = le(12, 4) + le(wanted.wide, 2) + le(wanted.high, 2) + le(1, 2) + le(wanted.bits, 2);
    } else {
        header = le(wanted.header_bytes, 4) + le(wanted.wide, 4) +
                 le(wanted.is_top_down ? 0u - wanted.high : wanted.high, 4) + le(1, 2) + le(wanted.bits, 2);
        header +=
            le(wanted.compression, 4) + le(0, 4) + le(2835, 4) + le(2835, 4) + le(wanted.colours_used, 4) + le(0, 4);
        for (const std::uint32_t mask : wanted.masks) header += le(mask, 4);
        header.resize(std::max<std::size_t>(header.size(), wanted.header_bytes), '\0');
    }
    const auto offset = static_cast<std::uint32_t>(14 + header.size() + wanted.palette.size());
    return "BM" + le(offset + static_cast<std::uint32_t>(wanted.pixels.size()), 4) + le(0, 4) + le(offset, 4) + header +
           wanted.palette + wanted.pixels;
}

// Eight bits, as the file should mean them.
std::uint8_t colour(std::uint32_t x, std::uint32_t y, std::uint32_t i) {
    return static_cast<std::uint8_t>((x * 50 + y * 90 + i * 70) % 256);
}

// Rows from below unless said otherwise, each filled up to four bytes.
template <class Pixel>
std::string rows_of(Pixel pixel, bool is_top_down = false) {
    std::string rows;
    for (std::uint32_t i = 0; i < height; ++i) {
        std::string row;
        for (std::uint32_t x = 0; x < width; ++x) row += pixel(x, is_top_down ? i : height - 1 - i);
        row.resize((row.size() + 3) / 4 * 4, 'p');
        rows += row;
    }
    return rows;
}

std::string bgr(std::uint32_t x, std::uint32_t y) {
    return {static_cast<char>(colour(x, y, 2)), static_cast<char>(colour(x, y, 1)), static_cast<char>(colour(x, y, 0))};
}
std::string bgrx(std::uint32_t x, std::uint32_t y) { return bgr(x, y) + 'x'; }

std::string expected(bool has_alpha = false) {
    PngWanted png;
    png.width = width;
    png.height = height;
    png.colour = has_alpha ? 6 : 2;
    for (std::uint32_t y = 0; y < height; ++y) {
        png.rows += '\0';
        for (std::uint32_t x = 0; x < width; ++x) {
            for (std::uint32_t i = 0; i < (has_alpha ? 4u : 3u); ++i) png.rows += static_cast<char>(colour(x, y, i));
        }
    }
    return png_samples(png_of(png));
}

BmpWanted bmp(std::uint32_t bits, std::string pixels) {
    BmpWanted wanted;
    wanted.bits = bits;
    wanted.pixels = std::move(pixels);
    return wanted;
}

template <class Change>
BmpWanted changed(BmpWanted wanted, Change change) {
    change(wanted);
    return wanted;
}

const std::string four_colours = "\0\0\0\0\0\0\xff\0\0\xff\0\0\xff\0\0\0"s;  // black red green blue, BGR0

// 0 to 3, and as a PNG of four colours.
std::uint32_t index_of(std::uint32_t x, std::uint32_t y) { return (x + y * 2) % 4; }
std::string expected_indexed(std::uint32_t colours) {
    PngWanted png;
    png.width = width;
    png.height = height;
    png.colour = 3;
    png.palette = "\0\0\0\xff\0\0\0\xff\0\0\0\xff"s;
    for (std::uint32_t y = 0; y < height; ++y) {
        png.rows += '\0';
        for (std::uint32_t x = 0; x < width; ++x) png.rows += static_cast<char>(index_of(x, y) % colours);
    }
    return png_samples(png_of(png));
}

std::string packed_indices(std::uint32_t bits) {
    std::string rows;
    for (std::uint32_t i = 0; i < height; ++i) {
        std::uint32_t value = 0;
        std::string row;
        for (std::uint32_t x = 0; x < width; ++x) {
            value = value << bits | (index_of(x, height - 1 - i) % (1u << bits));
            const std::uint32_t used = (x + 1) * bits % 8;
            if (used == 0 || x + 1 == width) row += static_cast<char>(value << (used == 0 ? 0 : 8 - used));
        }
        row.resize((row.size() + 3) / 4 * 4, '\0');
        rows += row;
    }
    return rows;
}

}  // namespace

TEST_CASE("AC-140 a BMP of true colours becomes a PNG with the same pixels, in each of its forms") {
    const auto rgb = rows_of(bgr);
    const auto with_alpha = rows_of([](auto x, auto y) { return bgr(x, y) + static_cast<char>(colour(x, y, 3)); });
    const std::vector<std::uint32_t> masks = {0xff0000, 0xff00, 0xff};
    const std::vector<std::uint32_t> all_masks = {0xff0000, 0xff00, 0xff, 0xff000000};
    const std::vector<std::uint32_t> swapped = {0xff, 0xff00, 0xff0000};
    const auto rgbx = rows_of([](auto x, auto y) {
        return std::string{bgr(x, y)[2], bgr(x, y)[1], bgr(x, y)[0], 'x'};
    });
    const std::vector<std::pair<const char*, BmpWanted>> opaque = {
        {"24 bits", bmp(24, rgb)},
        {"24 bits, from the top", changed(bmp(24, rows_of(bgr, true)), [](auto& w) { w.is_top_down = true; })},
        {"24 bits, core header", changed(bmp(24, rgb), [](auto& w) { w.header_bytes = 12; })},
        {"24 bits, 64 bytes of header", changed(bmp(24, rgb), [](auto& w) { w.header_bytes = 64; })},
        {"24 bits, 108 bytes of header", changed(bmp(24, rgb), [](auto& w) { w.header_bytes = 108; })},
        {"24 bits, 124 bytes of header", changed(bmp(24, rgb), [](auto& w) { w.header_bytes = 124; })},
        {"32 bits, the fourth byte means nothing", bmp(32, rows_of(bgrx))},
        {"32 bits, masks", changed(bmp(32, rows_of(bgrx)), [&](auto& w) { w.compression = 3, w.masks = masks; })},
        {"32 bits, other masks", changed(bmp(32, rgbx), [&](auto& w) { w.compression = 3, w.masks = swapped; })},
        {"32 bits, masks in the header",
         changed(bmp(32, rows_of(bgrx)), [&](auto& w) { w.compression = 3, w.header_bytes = 52, w.masks = masks; })},
        {"32 bits, an alpha that nobody uses",
         changed(bmp(32, rows_of([](auto x, auto y) { return bgr(x, y) + '\0'; })),
                 [&](auto& w) { w.compression = 3, w.header_bytes = 108, w.masks = all_masks; })},
    };
    for (const auto& [what, wanted] : opaque) {
        INFO(what);
        const FileMade file = rebuilt(bmp_of(wanted));
        CHECK(file.kind == SafeKind::png);
        CHECK(file.losses.empty());
        CHECK((png_samples(file.untrusted_bytes) == expected()));
    }
    for (const std::uint32_t header_bytes : {56u, 108u, 124u}) {
        const BmpWanted wanted = changed(bmp(32, with_alpha), [&](auto& w) {
            w.compression = 3, w.header_bytes = header_bytes, w.masks = all_masks;
        });
        CHECK((png_samples(rebuilt(bmp_of(wanted)).untrusted_bytes) == expected(true)));
    }
    const BmpWanted alpha_behind =
        changed(bmp(32, with_alpha), [&](auto& w) { w.compression = 6, w.masks = all_masks; });
    CHECK((png_samples(rebuilt(bmp_of(alpha_behind)).untrusted_bytes) == expected(true)));
}

TEST_CASE("16 bits of a BMP become 8 a colour, from black to full") {
    const std::string ends = "\0\0\xff\x7f\0\x7c\xe0\3\x1f\0\0\0"s;  // 5-5-5: black, white, red, green, blue
    const std::string ends_565 = "\0\0\xff\xff\0\xf8\xe0\7\x1f\0\0\0"s;
    PngWanted png;
    png.width = 5;
    png.height = 1;
    png.rows = "\0"s + "\0\0\0\xff\xff\xff\xff\0\0\0\xff\0\0\0\xff"s;
    BmpWanted wanted = bmp(16, ends);
    wanted.high = 1;
    CHECK((png_samples(rebuilt(bmp_of(wanted)).untrusted_bytes) == png_samples(png_of(png))));
    wanted.pixels = ends_565;
    wanted.compression = 3;
    wanted.masks = {0xf800, 0x07e0, 0x001f};
    CHECK((png_samples(rebuilt(bmp_of(wanted)).untrusted_bytes) == png_samples(png_of(png))));
}

TEST_CASE("AC-140 a BMP with a palette becomes a PNG with the same pixels, in each of its forms") {
    const auto with_palette = [](std::uint32_t bits) {
        return changed(bmp(bits, packed_indices(bits)), [](auto& w) { w.palette = four_colours, w.colours_used = 4; });
    };
    CHECK((png_samples(rebuilt(bmp_of(with_palette(1))).untrusted_bytes) == expected_indexed(2)));
    for (const std::uint32_t bits : {2u, 4u, 8u}) {
        INFO(bits);
        CHECK((png_samples(rebuilt(bmp_of(with_palette(bits))).untrusted_bytes) == expected_indexed(4)));
    }
    BmpWanted core = bmp(2, packed_indices(2));
    core.header_bytes = 12;
    core.palette = "\0\0\0\0\0\xff\0\xff\0\xff\0\0"s;
    CHECK((png_samples(rebuilt(bmp_of(core)).untrusted_bytes) == expected_indexed(4)));
}

TEST_CASE("a run-length packed BMP is unpacked: runs, literals, moves and ends") {
    const auto packed = [](std::uint32_t compression, std::string pixels) {
        return changed(bmp(compression == 1 ? 8 : 4, std::move(pixels)),
                       [&](auto& w) { w.compression = compression, w.palette = four_colours, w.colours_used = 4; });
    };
    // From below: 00000, 01230, 11..3
    PngWanted png;
    png.width = width;
    png.height = height;
    png.colour = 3;
    png.palette = "\0\0\0\xff\0\0\0\xff\0\0\0\xff"s;
    png.rows = "\0\1\1\0\0\3\0\0\1\2\3\0\0\0\0\0\0\0"s;
    const std::string wanted = png_samples(png_of(png));
    const std::string in_bytes = "\5\0\0\0"s + "\0\5\0\1\2\3\0\0\0\0"s + "\2\1\0\2\2\0\1\3\0\1"s;
    const std::string in_halves = "\5\x00\0\0"s + "\0\5\x01\x23\x00\0\0\0"s + "\2\x11\0\2\2\0\1\x30\0\1"s;
    CHECK((png_samples(rebuilt(bmp_of(packed(1, in_bytes))).untrusted_bytes) == wanted));
    CHECK((png_samples(rebuilt(bmp_of(packed(2, in_halves))).untrusted_bytes) == wanted));
    // Beyond the picture nothing is written; no end is damage.
    for (const std::string& odd :
         {"\xff\1\0\0\xff\1\0\0\xff\1\0\0\xff\1\0\1"s, "\0\2\xff\xff\5\1\0\1"s, "\0\2\0\xff\5\1"s}) {
        CHECK(rebuilt(bmp_of(packed(1, odd))).losses.empty());
    }
    for (const std::string& cut : {"\5"s, "\5\1"s, "\0\5\1"s, "\0\2\1"s, "\5\1\0\0"s}) {
        CHECK(count_of(rebuilt(bmp_of(packed(1, cut))), Reason::picture_damaged) == 1);
    }
}

TEST_CASE("a colour that the palette of a BMP does not have is its first") {
    BmpWanted wanted = changed(bmp(8, rows_of([](auto x, auto) { return std::string(1, static_cast<char>(x * 60)); })),
                               [](auto& w) { w.palette = four_colours, w.colours_used = 4; });
    const std::string samples = png_samples(rebuilt(bmp_of(wanted)).untrusted_bytes);
    CHECK((samples.substr(8 + 8, 8) == samples.substr(8, 8)));
}

TEST_CASE("AC-212 a BMP that is cut is rebuilt as far as it goes, a header that cannot be is held") {
    const std::string good = bmp_of(bmp(24, rows_of(bgr)));
    CHECK(rebuilt(good.substr(0, good.size() - 1)).losses.empty());  // the padding of the last row
    for (const std::size_t cut : {2u, 16u, 40u})
        CHECK(count_of(rebuilt(good.substr(0, good.size() - cut)), Reason::picture_damaged) == 1);
    for (std::size_t size = 2; size <= 54; ++size) refused(good.substr(0, size));
    const auto with = [&](std::size_t at, const std::string& bytes) {
        return std::string(good).replace(at, bytes.size(), bytes);
    };
    CHECK(refused(with(14, le(39, 4))).why == Reason::document_damaged);
    CHECK(refused(with(14, le(125, 4))).why == Reason::document_damaged);
    CHECK(refused(with(18, le(0, 4))).why == Reason::document_damaged);
    CHECK(refused(with(18, le(0xffffffff, 4))).why == Reason::document_damaged);
    CHECK(refused(with(22, le(0, 4))).why == Reason::document_damaged);
    CHECK(refused(with(28, le(3, 2))).why == Reason::not_representable);
    CHECK(refused(with(28, le(64, 2))).why == Reason::not_representable);
    for (const std::uint32_t compression : {1u, 2u, 3u, 4u, 5u, 7u, 11u})
        CHECK(refused(with(30, le(compression, 4))).why == Reason::not_representable);
    for (std::size_t at = 2; at < good.size(); ++at) {
        INFO(at);
        is_made_rightly(broken_at(good, at));
    }
}

TEST_CASE("AC-211 a BMP's pixels are paid before they are read") {
    BmpWanted wanted = bmp(24, rows_of(bgr));
    wanted.wide = wanted.high = 0x7fffffff;
    CHECK(refused(bmp_of(wanted)).why == Reason::too_many_pixels);
    FileLimits limits;
    limits.pixels_max = width * height - 1;
    CHECK(refused(bmp_of(bmp(24, rows_of(bgr))), limits).why == Reason::too_many_pixels);
}

TEST_CASE("AC-214 AC-213 what stands between and behind the pixels of a BMP does not leave, a profile is said") {
    const BmpWanted wanted = changed(bmp(24, rows_of(bgr)), [](auto& w) { w.header_bytes = 124; });
    const std::string clean = rebuilt(bmp_of(wanted)).untrusted_bytes;
    std::string with_profile = bmp_of(wanted) + "hidden words";
    with_profile.replace(14 + 56, 4, "DEBM");
    const FileMade file = rebuilt(with_profile);
    CHECK(count_of(file, Reason::colour_profile_dropped) == 1);
    CHECK((file.untrusted_bytes == clean));
    BmpWanted gap = wanted;
    gap.palette = "hidden words";
    CHECK((rebuilt(bmp_of(gap)).untrusted_bytes == clean));
}
