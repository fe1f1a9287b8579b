#include "sanitizer/checker/pictures/check_png.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "broken_pictures.hpp"
#include "tests/support/made_pictures.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace std::string_literals;

namespace {

using Chunk = std::pair<std::string, std::string>;

std::string png_of_chunks(const std::vector<Chunk>& chunks) {
    std::string png = "\x89PNG\r\n\x1a\n";
    for (const auto& [type, data] : chunks) png += png_chunk(type, data);
    return png;
}

const std::string density = be(1, 4) + be(1, 4) + "\1";

std::vector<Chunk> good_chunks(std::uint8_t colour, std::uint8_t depth) {
    PngWanted wanted;
    wanted.colour = colour;
    wanted.depth = depth;
    if (colour == 3) wanted.palette = std::string(std::size_t{3} << depth, 'p');
    wanted.before_rows = {{"pHYs", density}, {"gAMA", be(45455, 4)}, {"cHRM", std::string(32, '\0')}};
    if (colour == 0) wanted.before_rows.emplace_back("tRNS", be(1, 2));
    if (colour == 2) wanted.before_rows.emplace_back("tRNS", be(1, 2) + be(1, 2) + be(1, 2));
    if (colour == 3) wanted.before_rows.emplace_back("tRNS", "ab");
    return png_chunks_of(rebuilt_bytes(png_of(wanted)));
}

std::vector<Chunk> with_data(std::vector<Chunk> chunks, const std::string& type, const std::string& data) {
    for (auto& [name, old] : chunks) {
        if (name == type) {
            old = data;
            return chunks;
        }
    }
    FAIL("no " << type);
    return chunks;
}

std::vector<Chunk> without(std::vector<Chunk> chunks, const std::string& type) {
    const auto before = chunks.size();
    std::erase_if(chunks, [&](const Chunk& chunk) { return chunk.first == type; });
    REQUIRE(chunks.size() == before - 1);
    return chunks;
}

std::string header(std::uint32_t width, std::uint32_t height, const std::string& kind) {
    return be(width, 4) + be(height, 4) + kind;
}

}  // namespace

TEST_CASE("the checker takes a PNG of each colour type and says that it has one page") {
    for (const auto& [colour, depth] :
         std::vector<std::pair<std::uint8_t, std::uint8_t>>{{0, 1}, {0, 16}, {2, 8}, {3, 2}, {3, 8}, {4, 8}, {6, 16}}) {
        CHECK(*checker::check_png(png_of_chunks(good_chunks(colour, depth))) == 1);
    }
}

TEST_CASE("AC-213 AC-223 no byte can be put into a PNG or taken out of it") {
    for (const std::string& good : {png_of_chunks(good_chunks(3, 4)), png_of_chunks(good_chunks(2, 8))}) {
        check_no_byte_more_or_less(good, 0, good.size() + 1);
        check_no_part(good);
    }
}

TEST_CASE("AC-213 no byte of a PNG can be another one") {
    const std::string good = png_of_chunks(good_chunks(3, 4));
    for (std::size_t at = 0; at < good.size(); ++at) {
        INFO(at);
        std::string broken = good;
        broken[at] ^= 1;
        CHECK_FALSE(checker::check_png(broken).has_value());
    }
}

TEST_CASE("AC-214 a PNG with any chunk put back, twice or at another place is refused") {
    for (const std::uint8_t colour : {std::uint8_t{0}, std::uint8_t{2}, std::uint8_t{3}, std::uint8_t{6}}) {
        const auto good = good_chunks(colour, 8);
        std::vector<Chunk> put_back = good;
        for (const char* type : {"tEXt", "zTXt", "iTXt", "eXIf", "tIME", "bKGD", "iCCP", "sBIT", "acTL", "fcTL", "fdAT",
                                 "prIv", "CgBI", "caBX"}) {
            put_back.emplace_back(type, "hidden words");
        }
        for (const Chunk& chunk : put_back) {
            for (std::size_t place = 0; place <= good.size(); ++place) {
                auto chunks = good;
                chunks.insert(chunks.begin() + static_cast<std::ptrdiff_t>(place), chunk);
                INFO("colour " << int{colour} << ": " << chunk.first << " at " << place);
                CHECK_FALSE(checker::check_png(png_of_chunks(chunks)).has_value());
            }
        }
        for (std::size_t i = 0; i + 1 < good.size(); ++i) {
            auto chunks = good;
            std::swap(chunks[i], chunks[i + 1]);
            INFO("colour " << int{colour} << ": " << i << " changed with the next");
            CHECK_FALSE(checker::check_png(png_of_chunks(chunks)).has_value());
        }
    }
}

TEST_CASE("a PNG chunk outside the bounds of what it means is refused") {
    const auto rgb = good_chunks(2, 8), grey = good_chunks(0, 8), palette = good_chunks(3, 8),
               alpha = good_chunks(6, 8);
    const auto png = [](const auto&... change) { return png_of_chunks(with_data(change...)); };
    auto srgb_and_more = rgb;
    srgb_and_more.insert(srgb_and_more.begin() + 1, {"sRGB", "\1"});
    auto odd_intent = without(without(rgb, "gAMA"), "cHRM");
    odd_intent.insert(odd_intent.begin() + 1, {"sRGB", "\4"});
    auto alpha_twice = alpha;
    alpha_twice.insert(alpha_twice.begin() + 3, {"tRNS", be(1, 2) + be(1, 2) + be(1, 2)});
    check_all_refused({
        {"header too short", png(rgb, "IHDR", "abc")},
        {"width 0", png(rgb, "IHDR", header(0, 11, "\x08\2\0\0\0"s))},
        {"height of 2^31", png(rgb, "IHDR", header(13, 0x80000000, "\x08\2\0\0\0"s))},
        {"colour type 5", png(rgb, "IHDR", header(13, 11, "\x08\5\0\0\0"s))},
        {"colour type 7", png(rgb, "IHDR", header(13, 11, "\x08\7\0\0\0"s))},
        {"depth 3", png(rgb, "IHDR", header(13, 11, "\3\0\0\0\0"s))},
        {"depth 4 of RGB", png(rgb, "IHDR", header(13, 11, "\4\2\0\0\0"s))},
        {"depth 16 of a palette", png(palette, "IHDR", header(13, 11, "\x10\3\0\0\0"s))},
        {"compression", png(rgb, "IHDR", header(13, 11, "\x08\2\1\0\0"s))},
        {"filtering", png(rgb, "IHDR", header(13, 11, "\x08\2\0\1\0"s))},
        {"interlacing", png(rgb, "IHDR", header(13, 11, "\x08\2\0\0\2"s))},
        {"gamma 0", png(rgb, "gAMA", be(0, 4))},
        {"gamma", png(rgb, "gAMA", be(1'000'001, 4))},
        {"gamma's length", png(rgb, "gAMA", be(45455, 4) + "x")},
        {"chromaticity", png(rgb, "cHRM", std::string(28, '\0') + be(100'001, 4))},
        {"chromaticities' length", png(rgb, "cHRM", std::string(33, '\0'))},
        {"sRGB and what it replaces", png_of_chunks(srgb_and_more)},
        {"intent 4", png_of_chunks(odd_intent)},
        {"density 0", png(rgb, "pHYs", be(0, 4) + be(1, 4) + "\1")},
        {"density", png(rgb, "pHYs", be(1, 4) + be(1'000'001, 4) + "\1")},
        {"density's unit", png(rgb, "pHYs", be(1, 4) + be(1, 4) + "\2")},
        {"density's length", png(rgb, "pHYs", density + "x")},
        {"a palette that is not full", png(palette, "PLTE", std::string(765, 'p'))},
        {"a palette that is more than full", png(palette, "PLTE", std::string(771, 'p'))},
        {"no palette", png_of_chunks(without(palette, "PLTE"))},
        {"no alphas", png(palette, "tRNS", "")},
        {"more alphas than colours", png(palette, "tRNS", std::string(257, 'a'))},
        {"a sample of 9 bits", png(grey, "tRNS", be(256, 2))},
        {"tRNS of RGB in grey", png(grey, "tRNS", be(1, 2) + be(1, 2) + be(1, 2))},
        {"tRNS beside alpha", png_of_chunks(alpha_twice)},
        {"no rows", png_of_chunks(without(rgb, "IDAT"))},
        {"no end", png_of_chunks(without(rgb, "IEND"))},
        {"an end with something in it", png(rgb, "IEND", "x")},
    });
}

TEST_CASE("AC-211 a PNG whose rows are not exactly what its size says is refused") {
    const auto rgb = good_chunks(2, 8), bits = good_chunks(0, 1);
    const std::string rows = png_rows_of({});
    const auto with_rows = [&](const std::string& bytes) {
        return png_of_chunks(with_data(rgb, "IDAT", zlib_of(bytes)));
    };
    const auto with_bits = [&](char filter, char last) {
        std::string all(33, '\0');
        all[3] = filter;
        all[32] = last;
        return png_of_chunks(with_data(bits, "IDAT", zlib_of(all)));
    };
    REQUIRE(checker::check_png(with_rows(rows)).has_value());
    REQUIRE(checker::check_png(with_bits('\0', '\xf8')).has_value());  // 13 pixels a row
    std::string odd_filter = rows;
    odd_filter[40] = 5;
    std::string blown_up = zlib_of(rows).substr(0, 2);
    for (int i = 0; i < 2000; ++i) blown_up += "\0\0\0\xff\xff"s;
    blown_up += zlib_of(rows).substr(2);
    std::string bad_sum = zlib_of(rows);
    bad_sum.back() ^= 1;
    check_all_refused({
        {"a row less", with_rows(rows.substr(0, rows.size() - 40))},
        {"a byte less", with_rows(rows.substr(0, rows.size() - 1))},
        {"a byte more", with_rows(rows + "x")},
        {"a bomb", with_rows(std::string(10u << 20, '\0'))},
        {"nothing", with_rows("")},
        {"a filter of 5", with_rows(odd_filter)},
        {"something behind the stream", png_of_chunks(with_data(rgb, "IDAT", zlib_of(rows) + "PK\3\4"))},
        {"blocks of nothing", png_of_chunks(with_data(rgb, "IDAT", blown_up))},
        {"a wrong check sum", png_of_chunks(with_data(rgb, "IDAT", bad_sum))},
        {"no check sum", png_of_chunks(with_data(rgb, "IDAT", bad_sum.substr(0, bad_sum.size() - 4)))},
        {"no stream", png_of_chunks(with_data(rgb, "IDAT", rows))},
        {"more rows than memory",
         png_of_chunks(with_data(rgb, "IHDR", header(0x7fffffff, 0x7fffffff, "\x10\6\0\0\1"s)))},
        {"a filter in packed rows", with_bits('\1', '\0')},
        {"a bit behind the last pixel", with_bits('\0', '\4')},
        {"another bit behind the last pixel", with_bits('\0', '\1')},
    });
}
