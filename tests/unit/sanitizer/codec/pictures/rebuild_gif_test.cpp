#include "sanitizer/codec/pictures/rebuild_gif.hpp"

#include <catch2/catch.hpp>
#include <map>
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

std::string blocks_of(std::string_view bytes) {
    std::string out;
    for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(bytes.size(), 255))) {
        const std::string_view block = bytes.substr(0, 255);
        out += static_cast<char>(block.size()) + std::string(block);
    }
    return out + '\0';
}

// GIF89a appendix F, with the table as full as it gets.
std::string lzw_of(std::string_view pixels, unsigned code_bits) {
    const unsigned clear = 1u << code_bits, end = clear + 1;
    std::map<std::string, unsigned> table;
    std::string bytes;
    std::uint64_t waiting = 0;
    unsigned count = 0, bits = code_bits + 1, next = end + 1;
    const auto put = [&](unsigned code) {
        waiting |= std::uint64_t{code} << count;
        for (count += bits; count >= 8; count -= 8, waiting >>= 8) bytes.push_back(static_cast<char>(waiting & 0xff));
    };
    const auto code_of = [&](const std::string& text) {
        return text.size() == 1 ? static_cast<unsigned char>(text[0]) : table.at(text);
    };
    put(clear);
    std::string known;
    for (const char pixel : pixels) {
        if (known.empty() || table.contains(known + pixel)) {
            known += pixel;
            continue;
        }
        put(code_of(known));
        if (next < 4096) {
            table[known + pixel] = next;
            if (next++ == 1u << bits) ++bits;
        }
        known = pixel;
    }
    if (!known.empty()) put(code_of(known));
    if (next == 1u << bits && bits < 12) ++bits;
    put(end);
    bits = 7;
    put(0);
    return bytes;
}

struct GifWanted {
    std::uint32_t screen_width = 20, screen_height = 12, left = 0, top = 0, width = 20, height = 12;
    unsigned colour_bits = 4;
    bool is_interlaced = false, has_own_colours = false, has_screen_colours = true;
    int transparent = -1;
    std::string before;  // blocks before the first frame
    std::string after;   // and after it
    std::string pixels;  // "" makes them
};

std::string colours(unsigned bits, int shift) {
    std::string table;
    for (int i = 0; i < 3 << bits; ++i) table.push_back(static_cast<char>(i * 5 + shift));
    return table;
}

std::string pixels_of(const GifWanted& wanted) {
    if (!wanted.pixels.empty()) return wanted.pixels;
    std::string pixels;
    for (std::uint32_t i = 0; i < wanted.width * wanted.height; ++i)
        pixels.push_back(static_cast<char>((i / 3 * 7 + i / 50) % (1u << wanted.colour_bits)));
    return pixels;
}

std::string frame_of(const GifWanted& wanted) {
    const unsigned table = 0x80 | (wanted.colour_bits - 1);
    std::string frame;
    if (wanted.transparent >= 0) frame += "\x21\xf9\4\1\0\0"s + static_cast<char>(wanted.transparent) + '\0';
    frame += "\x2c" + le(wanted.left, 2) + le(wanted.top, 2) + le(wanted.width, 2) + le(wanted.height, 2);
    frame += static_cast<char>((wanted.has_own_colours ? table : 0) | (wanted.is_interlaced ? 0x40 : 0));
    if (wanted.has_own_colours) frame += colours(wanted.colour_bits, 100);
    const unsigned code_bits = std::max(wanted.colour_bits, 2u);
    return frame + static_cast<char>(code_bits) + blocks_of(lzw_of(pixels_of(wanted), code_bits));
}

std::string gif_of(const GifWanted& wanted) {
    std::string gif = "GIF89a" + le(wanted.screen_width, 2) + le(wanted.screen_height, 2);
    gif += static_cast<char>(wanted.has_screen_colours ? 0x80 | (wanted.colour_bits - 1) : 0) + "\0\0"s;
    if (wanted.has_screen_colours) gif += colours(wanted.colour_bits, 0);
    return gif + wanted.before + frame_of(wanted) + wanted.after + "\x3b";
}

// 16 bit samples of png_samples(), behind the size; alpha is 0 or full, so colours are not weighed.
struct Seen {
    std::string samples;
    bool is_transparent(std::uint32_t x, std::uint32_t y, std::uint32_t width) const {
        return samples.substr(8 + (y * width + x) * 8, 8) == std::string(8, '\0');
    }
};

template <class Change>
GifWanted changed(Change change) {
    GifWanted wanted;
    change(wanted);
    return wanted;
}

// The same picture, written as PNG by the test.
std::string as_png(const GifWanted& wanted) {
    PngWanted png;
    png.width = wanted.width;
    png.height = wanted.height;
    png.colour = 3;
    png.palette = colours(wanted.colour_bits, wanted.has_own_colours ? 100 : 0);
    const std::string pixels = pixels_of(wanted);
    for (std::uint32_t y = 0; y < wanted.height; ++y) png.rows += '\0' + pixels.substr(y * wanted.width, wanted.width);
    if (wanted.transparent >= 0)
        png.before_rows = {{"tRNS", std::string(static_cast<std::size_t>(wanted.transparent), '\xff') + '\0'}};
    return png_of(png);
}

}  // namespace

TEST_CASE("AC-140 a GIF of each depth becomes a PNG with the same pixels") {
    for (unsigned bits = 1; bits <= 8; ++bits) {
        for (const auto& [width, height] :
             std::vector<std::pair<std::uint32_t, std::uint32_t>>{{1, 1}, {20, 12}, {7, 9}, {200, 150}}) {
            for (const bool has_own_colours : {false, true}) {
                INFO(bits << " bits, " << width << "x" << height << (has_own_colours ? ", own colours" : ""));
                GifWanted wanted;
                wanted.colour_bits = bits;
                wanted.width = wanted.screen_width = width;
                wanted.height = wanted.screen_height = height;
                wanted.has_own_colours = has_own_colours;
                wanted.transparent = has_own_colours ? 1 : -1;
                const FileMade file = rebuilt(gif_of(wanted));
                CHECK(file.kind == SafeKind::png);
                CHECK(file.losses.empty());
                CHECK((png_samples(file.untrusted_bytes) == png_samples(as_png(wanted))));
            }
        }
    }
}

TEST_CASE("the rows of an interlaced GIF come to their places") {
    for (std::uint32_t height = 1; height <= 20; ++height) {
        GifWanted plain = changed([&](auto& w) { w.height = w.screen_height = height; });
        const std::string pixels = pixels_of(plain);
        GifWanted interlaced = plain;
        interlaced.is_interlaced = true;
        for (const auto& [from, step] :
             std::vector<std::pair<std::uint32_t, std::uint32_t>>{{0, 8}, {4, 8}, {2, 4}, {1, 2}}) {
            for (std::uint32_t y = from; y < height; y += step) interlaced.pixels += pixels.substr(y * 20, 20);
        }
        INFO(height);
        CHECK((rebuilt(gif_of(plain)).untrusted_bytes == rebuilt(gif_of(interlaced)).untrusted_bytes));
    }
}

TEST_CASE("a GIF frame smaller than its screen stands at its place, and around it is nothing to be seen") {
    for (const int transparent : {-1, 3}) {
        const FileMade file = rebuilt(gif_of(
            changed([&](auto& w) { w.left = 2, w.top = 1, w.width = 5, w.height = 4, w.transparent = transparent; })));
        const Seen seen{png_samples(file.untrusted_bytes)};
        CHECK(seen.samples.substr(0, 8) == be(20, 4) + be(12, 4));
        CHECK(seen.is_transparent(1, 1, 20));
        CHECK(seen.is_transparent(7, 1, 20));
        CHECK(seen.is_transparent(19, 11, 20));
        CHECK_FALSE(seen.is_transparent(2, 1, 20));
        CHECK_FALSE(seen.is_transparent(6, 4, 20));
    }
}

TEST_CASE("a GIF frame that does not fit makes the screen larger") {
    for (const std::uint32_t screen : {0u, 1u, 20u}) {
        const FileMade file =
            rebuilt(gif_of(changed([&](auto& w) { w.screen_width = w.screen_height = screen, w.left = 5; })));
        CHECK(png_samples(file.untrusted_bytes).substr(0, 8) == be(25, 4) + be(std::max(screen, 12u), 4));
    }
}

TEST_CASE("of a moving GIF the first frame is left, and the others are counted") {
    const std::string loop = "\x21\xff\x0bNETSCAPE2.0\3\1\0\0\0"s;
    const std::string still = rebuilt(gif_of({})).untrusted_bytes;
    const std::string second = frame_of(changed([](auto& w) { w.transparent = 2; }));
    const FileMade file = rebuilt(gif_of(changed([&](auto& w) { w.before = loop, w.after = second + second; })));
    CHECK(count_of(file, Reason::frames_dropped) == 2);
    CHECK(file.losses.size() == 1);
    CHECK((file.untrusted_bytes == still));
}

TEST_CASE("AC-214 AC-213 AC-223 no comment, application block or tail of a GIF leaves") {
    const std::string comment = "\x21\xfe" + blocks_of("hidden words" + std::string(300, 'x'));
    const std::string xmp = "\x21\xff\x0bXMP DataXMP" + blocks_of("hidden words");
    const std::string text = "\x21\1" + blocks_of("hidden words");
    const FileMade file =
        rebuilt(gif_of(changed([&](auto& w) { w.before = comment + xmp, w.after = text + comment; })) +
                "PK\3\4 hidden words; a jar");
    CHECK(count_of(file, Reason::metadata_removed) == 5);
    CHECK((file.untrusted_bytes == rebuilt(gif_of({})).untrusted_bytes));
}

TEST_CASE("a GIF without colours is grey") {
    const GifWanted wanted = changed([](auto& w) { w.has_screen_colours = false; });
    GifWanted grey = wanted;
    PngWanted png;
    png.width = 20;
    png.height = 12;
    png.colour = 0;
    const std::string pixels = pixels_of(grey);
    for (std::uint32_t y = 0; y < 12; ++y) png.rows += '\0' + pixels.substr(y * 20, 20);
    CHECK((png_samples(rebuilt(gif_of(wanted)).untrusted_bytes) == png_samples(png_of(png))));
}

TEST_CASE("AC-212 a GIF that is cut, or has a flipped byte, is rebuilt or held, and never more") {
    const std::string good =
        gif_of(changed([](auto& w) { w.has_own_colours = true, w.transparent = 1, w.is_interlaced = true; }));
    std::size_t damaged = 0;
    for (std::size_t at = 6; at < good.size(); ++at) {
        std::string flipped = good;
        flipped[at] = static_cast<char>(flipped[at] ^ (at % 3 == 0 ? 0xff : 1 << at % 8));
        for (const std::string& broken : {good.substr(0, at), flipped}) {
            FileLimits limits;
            limits.pixels_max = 1'000'000;
            const FileOutcome outcome = rebuilt_within(broken, limits);
            const auto* file = std::get_if<FileMade>(&outcome);
            if (!file) continue;
            INFO(at);
            CHECK(checker::check_picture(file->untrusted_bytes).has_value());
            damaged += count_of(*file, Reason::picture_damaged);
        }
    }
    CHECK(damaged > 50);
}

TEST_CASE("AC-211 a GIF's pixels are paid before they are unpacked") {
    CHECK(refused(gif_of(changed([](auto& w) { w.screen_width = w.screen_height = 65535; }))).why ==
          Reason::too_many_pixels);
    CHECK(refused(gif_of(changed([](auto& w) { w.left = w.top = 65535; }))).why == Reason::too_many_pixels);
    FileLimits limits;
    limits.pixels_max = 20 * 12 - 1;
    CHECK(refused(gif_of({}), limits).why == Reason::too_many_pixels);
}

TEST_CASE("a GIF without a frame or pixels is held") {
    const std::string good = gif_of({});
    CHECK(refused(good.substr(0, 13 + 48)).why == Reason::document_damaged);
    CHECK(refused(good.substr(0, 13 + 48 + 10)).why == Reason::document_damaged);
    CHECK(refused("GIF89a").why == Reason::document_damaged);
    CHECK(refused(gif_of(changed([](auto& w) { w.width = 0, w.pixels = "x"; }))).why == Reason::document_damaged);
    for (const char bits : {'\0', '\x0c', '\xff'}) {
        std::string odd = good;
        odd[13 + 48 + 10] = bits;
        CHECK(refused(odd).why == Reason::document_damaged);
    }
    const std::string not_yet_made = "\x50\2"s;  // clear, then the code that only a later step could make
    CHECK(refused(good.substr(0, 13 + 48 + 10) + '\4' + blocks_of(not_yet_made) + ';').why == Reason::document_damaged);
}
