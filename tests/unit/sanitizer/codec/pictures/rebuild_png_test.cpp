#include "sanitizer/codec/pictures/rebuild_png.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "rebuilt.hpp"
#include "sanitizer/codec/pictures/inflate.hpp"
#include "tests/support/made_pictures.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace std::string_literals;

namespace {

const std::string three_colours = "\xff\0\0\0\xff\0\0\0\xff"s;

PngWanted png(std::uint8_t colour, std::uint8_t depth, bool is_interlaced = false) {
    PngWanted wanted;
    wanted.colour = colour;
    wanted.depth = depth;
    wanted.is_interlaced = is_interlaced;
    if (colour == 3) {  // a colour for each value, so that any row is valid
        for (int i = 0; i < 3 << depth; ++i) wanted.palette.push_back(static_cast<char>(i * 37));
    }
    return wanted;
}

std::vector<std::string> chunk_types(const std::string& bytes) {
    std::vector<std::string> types;
    for (const auto& [type, data] : png_chunks_of(bytes)) types.push_back(type);
    return types;
}

std::string chunk_data(const std::string& bytes, const std::string& type) {
    for (const auto& [name, data] : png_chunks_of(bytes)) {
        if (name == type) return data;
    }
    FAIL("no " << type);
    return {};
}

// The rows are exactly those of the picture, and nothing is packed with them.
bool holds_rows_alone(const std::string& bytes, const std::string& rows) {
    const auto inflated = codec::inflate(chunk_data(bytes, "IDAT"), rows.size());
    return inflated && inflated->is_exact && !inflated->has_more && inflated->bytes == rows;
}

PngWanted with_chunk(const std::string& type, const std::string& data, PngWanted wanted = {}) {
    wanted.before_rows.emplace_back(type, data);
    return wanted;
}

const std::string chromaticities_of_srgb = be(31270, 4) + be(32900, 4) + be(64000, 4) + be(33000, 4) + be(30000, 4) +
                                           be(60000, 4) + be(15000, 4) + be(6000, 4);

}  // namespace

TEST_CASE("AC-140 a PNG of each colour type, depth and order of rows is rebuilt without touching a pixel") {
    const std::vector<std::pair<std::uint8_t, std::uint8_t>> kinds = {{0, 1}, {0, 2},  {0, 4},  {0, 8}, {0, 16},
                                                                      {2, 8}, {2, 16}, {3, 1},  {3, 2}, {3, 4},
                                                                      {3, 8}, {4, 8},  {4, 16}, {6, 8}, {6, 16}};
    const std::vector<std::pair<std::uint32_t, std::uint32_t>> sizes = {{13, 11}, {1, 1}, {2, 3},  {8, 8},
                                                                        {4, 1},   {1, 9}, {64, 33}};
    for (const auto& [colour, depth] : kinds) {
        for (const auto& [width, height] : sizes) {
            for (const bool is_interlaced : {false, true}) {
                INFO("colour " << int{colour} << " depth " << int{depth} << " size " << width << "x" << height
                               << " adam7 " << is_interlaced);
                PngWanted wanted = png(colour, depth, is_interlaced);
                wanted.width = width;
                wanted.height = height;
                const std::string before = png_of(wanted);
                const FileMade file = rebuilt(before);
                CHECK(file.kind == SafeKind::png);
                CHECK(file.losses.empty());
                REQUIRE_FALSE(png_samples(before).empty());
                CHECK((png_samples(before) == png_samples(file.untrusted_bytes)));
            }
        }
    }
}

TEST_CASE("AC-213 bits behind the last pixel of a row do not leave") {
    PngWanted wanted = png(0, 1);
    wanted.height = 1;
    wanted.rows = "\0\xff\xf8"s;
    const std::string clean = rebuilt(png_of(wanted)).untrusted_bytes;
    for (const char last : {'\xf9', '\xfa', '\xff'}) {
        wanted.rows[2] = last;
        CHECK((rebuilt(png_of(wanted)).untrusted_bytes == clean));
    }
}

TEST_CASE("a palette has a colour for each value, so that no pixel points outside") {
    PngWanted wanted = png(3, 8);
    wanted.palette = three_colours;
    const FileMade file = rebuilt(png_of(wanted));
    CHECK(chunk_data(file.untrusted_bytes, "PLTE") == three_colours + std::string(253 * 3, '\0'));
    wanted = png(3, 2);
    wanted.palette = std::string(3 * 100, 'p');  // more than the depth can name
    CHECK(chunk_data(rebuilt(png_of(wanted)).untrusted_bytes, "PLTE") == std::string(3 * 4, 'p'));
}

TEST_CASE("what tells how a PNG is shown is kept when it can be meant") {
    const std::string density = be(11811, 4) + be(11811, 4) + "\1";
    PngWanted wanted;
    wanted.before_rows = {{"pHYs", density},
                          {"cHRM", chromaticities_of_srgb},
                          {"gAMA", be(45455, 4)},
                          {"tRNS", be(1, 2) + be(2, 2) + be(3, 2)}};
    const std::string before = png_of(wanted);
    const FileMade file = rebuilt(before);
    CHECK(file.losses.empty());
    CHECK(chunk_types(file.untrusted_bytes) ==
          std::vector<std::string>{"IHDR", "gAMA", "cHRM", "tRNS", "pHYs", "IDAT", "IEND"});
    CHECK((png_samples(before) == png_samples(file.untrusted_bytes)));
    wanted.before_rows.emplace_back("sRGB", "\1");  // says more than the other two
    CHECK(chunk_types(rebuilt(png_of(wanted)).untrusted_bytes) ==
          std::vector<std::string>{"IHDR", "sRGB", "tRNS", "pHYs", "IDAT", "IEND"});
}

TEST_CASE("what says how a PNG is shown and cannot be meant is dropped and counted") {
    const std::vector<PngWanted> odd = {
        with_chunk("gAMA", be(0, 4)),
        with_chunk("gAMA", be(1'000'001, 4)),
        with_chunk("gAMA", "abc"),
        with_chunk("cHRM", std::string(31, 'x')),
        with_chunk("cHRM", std::string(32, '\x7f')),
        with_chunk("sRGB", "\4"),
        with_chunk("sRGB", ""),
        with_chunk("pHYs", be(1, 4) + be(1, 4) + "\2"),
        with_chunk("pHYs", be(0, 4) + be(1, 4) + "\1"),
        with_chunk("pHYs", be(1, 4) + be(1, 4) + "\1more"),
        with_chunk("tRNS", "", png(3, 8)),
        with_chunk("tRNS", std::string(257, 'x'), png(3, 8)),
        with_chunk("tRNS", be(256, 2), png(0, 8)),
        with_chunk("tRNS", be(1, 2), png(2, 8)),
        with_chunk("tRNS", be(1, 2), png(4, 8)),
        with_chunk("tRNS", be(1, 2) + be(1, 2) + be(1, 2), png(6, 8)),
    };
    for (std::size_t i = 0; i < odd.size(); ++i) {
        INFO(i);
        const FileMade file = rebuilt(png_of(odd[i]));
        CHECK(count_of(file, Reason::metadata_removed) == 1);
        CHECK(file.losses.size() == 1);
        CHECK(png_chunks_of(file.untrusted_bytes).size() == (odd[i].colour == 3 ? 4 : 3));
    }
}

TEST_CASE("AC-214 AC-213 no chunk of the sender's leaves, before or behind the rows, or behind the end") {
    PngWanted wanted;
    for (const char* type :
         {"tEXt", "zTXt", "iTXt", "eXIf", "tIME", "bKGD", "sBIT", "hIST", "sPLT", "oFFs", "prIv", "vpAg", "caBX"}) {
        wanted.before_palette.emplace_back(type, "hidden words");
        wanted.before_rows.emplace_back(type, "hidden words");
        wanted.after_rows.emplace_back(type, "hidden words");
    }
    wanted.palette = "hidden words";  // a hint, in a picture of true colours
    wanted.behind_end = "PK\3\4 hidden words";
    const FileMade file = rebuilt(png_of(wanted));
    CHECK(count_of(file, Reason::metadata_removed) == 3 * 13 + 2);
    CHECK((file.untrusted_bytes == rebuilt(png_of({})).untrusted_bytes));
}

TEST_CASE("AC-214 a colour profile never leaves, and is said unless it is nearly sRGB") {
    const auto losses_with = [](const std::string& type, const std::string& data) {
        const FileMade file = rebuilt(png_of(with_chunk(type, data)));
        CHECK(count_of(file, Reason::metadata_removed) == 1);
        return count_of(file, Reason::colour_profile_dropped);
    };
    const std::string grey = std::string(16, 'h') + "GRAY" + std::string(112, '\0');
    CHECK(losses_with("iCCP", "name\0\0"s + zlib_of(grey)) == 0);
    CHECK(losses_with("iCCP", "name\0\0"s + zlib_of(std::string(16, 'h') + "CMYK" + std::string(112, '\0'))) == 1);
    CHECK(losses_with("iCCP", "name\0\0"s + zlib_of(std::string(10u << 20, '\0'))) == 1);  // a bomb
    CHECK(losses_with("iCCP", "name without an end") == 1);
    CHECK(losses_with("iCCP", "name\0"s) == 1);
    CHECK(losses_with("cICP", "\1\x0d\0\1"s) == 0);
    CHECK(losses_with("cICP", "\x09\x10\0\1"s) == 1);  // a wide space with much brighter light
}

TEST_CASE("of a moving PNG the first frame is left, and the others are counted") {
    const std::string control = be(0, 4) + be(13, 4) + be(11, 4) + be(0, 4) + be(0, 4) + be(1, 2) + be(10, 2) + "\0\0"s;
    PngWanted wanted = with_chunk("acTL", be(3, 4) + be(0, 4));
    wanted.before_rows.emplace_back("fcTL", control);
    for (int i = 0; i < 2; ++i) {
        wanted.after_rows.emplace_back("fcTL", control);
        wanted.after_rows.emplace_back("fdAT", be(1, 4) + "rows");
    }
    const FileMade file = rebuilt(png_of(wanted));
    CHECK(count_of(file, Reason::frames_dropped) == 2);
    CHECK(file.losses.size() == 1);
    CHECK((file.untrusted_bytes == rebuilt(png_of({})).untrusted_bytes));
}

TEST_CASE("damage to a PNG that can be borne is said") {
    const std::string clean = rebuilt(png_of({})).untrusted_bytes;
    std::string png_bytes = png_of({});
    const std::size_t rows = png_bytes.find("IDAT");
    const std::size_t size =
        static_cast<unsigned char>(png_bytes[rows - 1]) + 256u * static_cast<unsigned char>(png_bytes[rows - 2]);

    SECTION("a wrong CRC of rows whose own check sum is right") {
        png_bytes[rows + 4 + size] ^= 1;
        const FileMade file = rebuilt(png_bytes);
        CHECK(count_of(file, Reason::picture_damaged) == 1);
        CHECK((file.untrusted_bytes == clean));
    }
    SECTION("a wrong check sum of the rows") {
        const std::size_t end = png_bytes.find("IEND");
        png_bytes[end - 9] ^= 1;
        const FileMade file = rebuilt(png_bytes);
        CHECK(count_of(file, Reason::picture_damaged) == 1);
        CHECK(holds_rows_alone(file.untrusted_bytes, png_rows_of({})));
    }
    SECTION("fewer rows than the size says") {
        PngWanted wanted;
        wanted.rows = png_rows_of(wanted).substr(0, 40 * 5);
        CHECK(count_of(rebuilt(png_of(wanted)), Reason::picture_damaged) == 1);
    }
    SECTION("no end") {
        const FileMade file = rebuilt(png_bytes.substr(0, png_bytes.size() - 12));
        CHECK(file.losses.empty());
        CHECK((file.untrusted_bytes == clean));
    }
    SECTION("more rows than the size says") {
        PngWanted wanted;
        wanted.rows = png_rows_of(wanted) + "hidden words";
        const FileMade file = rebuilt(png_of(wanted));
        CHECK(count_of(file, Reason::metadata_removed) == 1);
        CHECK(holds_rows_alone(file.untrusted_bytes, png_rows_of({})));
    }
}

TEST_CASE("AC-213 rows of whole bytes leave packed as they came when nothing else is in them") {
    const std::string rows = png_rows_of({}), packed = zlib_of(rows);
    const auto png_with = [](const std::string& stream) {
        const std::string bytes = png_of({});
        return bytes.substr(0, bytes.find("IDAT") - 4) + png_chunk("IDAT", stream) +
               bytes.substr(bytes.find("IEND") - 4);
    };
    const auto rebuilt_rows = [&](const std::string& stream) {
        return chunk_data(rebuilt(png_with(stream)).untrusted_bytes, "IDAT");
    };
    std::string blown_up = packed.substr(0, 2);
    for (int i = 0; i < 2000; ++i) blown_up += "\0\0\0\xff\xff"s;  // stored blocks of nothing
    blown_up += packed.substr(2);
    CHECK(rebuilt_rows(packed) == packed);
    CHECK(rebuilt_rows(packed + "PK\3\4") != packed + "PK\3\4");
    CHECK(rebuilt_rows(blown_up) != blown_up);
    std::string window = packed;
    window[0] = '\x88', window[1] = '\x1c';  // of 64 KB, which no reader has
    CHECK(std::holds_alternative<FileNotMade>(rebuilt_within(png_with(window), {})));
    const std::string bits = rebuilt(png_of(png(0, 1))).untrusted_bytes;
    CHECK(rebuilt(bits).untrusted_bytes == bits);
}

TEST_CASE("AC-212 a PNG that cannot be read is held with the reason") {
    const std::string good = png_of({});
    const std::string header_of_two_bits = [] {
        PngWanted wanted = png(2, 8);
        wanted.depth = 2;
        wanted.rows = "x";
        return png_of(wanted);
    }();
    PngWanted bad_filter;
    bad_filter.rows = std::string(40 * 11, '\5');
    PngWanted far_too_many_rows;
    far_too_many_rows.rows = std::string(1u << 20, '\0');
    std::string broken_header = good;
    broken_header[30] ^= 1;
    const std::vector<std::pair<const char*, std::string>> damaged = {
        {"nothing behind the signature", good.substr(0, 8)},
        {"header only", good.substr(0, 8 + 25)},
        {"a wrong CRC of the header", broken_header},
        {"a depth that RGB does not have", header_of_two_bits},
        {"another chunk first", good.substr(0, 8) + png_chunk("tEXt", "x") + good.substr(8)},
        {"an unknown filter", png_of(bad_filter)},
        {"far more rows", png_of(far_too_many_rows)},
        {"rows cut", good.substr(0, good.size() / 2)},
        {"no palette", good.substr(0, 8) + png_chunk("IHDR", be(1, 4) + be(1, 4) + "\x08\3\0\0\0"s) +
                           png_chunk("IDAT", zlib_of("\0\0"s)) + png_chunk("IEND", "")},
        {"no zlib stream", good.substr(0, 33) + png_chunk("IDAT", "not a stream") + png_chunk("IEND", "")},
        {"width 0", good.substr(0, 8) + png_chunk("IHDR", be(0, 4) + be(1, 4) + "\x08\2\0\0\0"s)},
        {"height of 2^31", good.substr(0, 8) + png_chunk("IHDR", be(1, 4) + be(0x80000000, 4) + "\x08\2\0\0\0"s)},
    };
    for (const auto& [what, bytes] : damaged) {
        INFO(what);
        CHECK(refused(bytes).why == Reason::document_damaged);
    }
    CHECK(refused(good.substr(0, 8) + png_chunk("CgBI", "abcd") + good.substr(8)).why == Reason::not_representable);
    CHECK(refused(png_of(with_chunk("NEWs", "x"))).why == Reason::not_representable);
}

TEST_CASE("AC-211 a PNG's pixels and rows are paid before they are unpacked") {
    const auto bomb = [](std::uint32_t width, std::uint32_t height, const std::string& kind) {
        return png_of({}).substr(0, 8) + png_chunk("IHDR", be(width, 4) + be(height, 4) + kind) +
               png_chunk("IDAT", zlib_of(std::string(1u << 20, '\0'))) + png_chunk("IEND", "");
    };
    CHECK(refused(bomb(0x7fffffff, 0x7fffffff, "\x10\6\0\0\1"s)).why == Reason::too_many_pixels);
    CHECK(refused(bomb(10'000, 9'000, "\x10\6\0\0\0"s)).why == Reason::too_many_pixels);  // 720 MB of rows
    FileLimits limits;
    limits.pixels_max = 13 * 11 - 1;
    CHECK(refused(png_of({}), limits).why == Reason::too_many_pixels);
    limits = {};
    limits.inner_bytes_max = 11 * 40 - 1;
    CHECK(refused(png_of({}), limits).why == Reason::inner_too_large);
    limits = {};
    limits.out_bytes_max = 100;
    CHECK(refused(png_of({}), limits).why == Reason::files_too_large);
}

TEST_CASE("AC-212 no flipped byte makes a PNG that the checker refuses") {
    PngWanted wanted = png(3, 4);
    wanted.before_rows = {{"tRNS", "abc"}, {"pHYs", be(1, 4) + be(1, 4) + "\1"}, {"gAMA", be(45455, 4)}};
    const std::string good = png_of(wanted);
    for (std::size_t at = 0; at < good.size(); ++at) {
        std::string broken = good;
        broken[at] = static_cast<char>(broken[at] ^ (at % 3 == 0 ? 0xff : 1 << at % 8));
        const FileOutcome outcome = rebuilt_within(broken, {});
        const auto* file = std::get_if<FileMade>(&outcome);
        INFO(at);
        if (file) CHECK(checker::check_picture(file->untrusted_bytes).has_value());
    }
}
