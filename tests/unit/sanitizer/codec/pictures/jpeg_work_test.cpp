#include "sanitizer/codec/pictures/jpeg_work.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "tests/support/made_pictures.hpp"

using namespace mugaika;
using namespace mugaika::codec;
using namespace mugaika::test;
using namespace std::string_literals;

namespace {

FilePurse purse() { return FilePurse{FileLimits()}; }

// By coefficients, as what does not keep its scan.
std::string written_anew(const std::string& jpeg) {
    JpegWork work(jpeg, 1, purse());
    REQUIRE(work.read_header());
    REQUIRE(work.read_coefficients());
    REQUIRE(work.write_coefficients());
    return work.sink.bytes;
}

// "" when it is not kept.
std::string kept(const std::string& jpeg, int orientation = 1) {
    JpegWork work(jpeg, orientation, purse());
    REQUIRE(work.read_header());
    return work.keep_scan() ? work.sink.bytes : std::string();
}

JpegWanted sized(std::uint32_t width, std::uint32_t height, JpegColours colours, int h, int v) {
    JpegWanted wanted;
    wanted.width = width;
    wanted.height = height;
    wanted.colours = colours;
    wanted.h = h;
    wanted.v = v;
    return wanted;
}

std::size_t scan_at(const std::string& jpeg) {
    const std::size_t header = jpeg.find("\xff\xda");
    return header + 2 + static_cast<unsigned char>(jpeg.at(header + 3));
}

// One grey block whose scan is these bits, filled up with ones; with the codes of ITU-T T.81 K.3.
std::string block_of(std::string bits, char fill = '1') {
    const std::string jpeg = jpeg_of(sized(8, 8, JpegColours::grey, 1, 1));
    std::string scan;
    while (bits.size() % 8 != 0) bits += fill;
    for (std::size_t at = 0; at < bits.size(); at += 8) {
        scan += static_cast<char>(std::stoi(bits.substr(at, 8), nullptr, 2));
        if (scan.back() == '\xff') scan += '\0';
    }
    return jpeg.substr(0, scan_at(jpeg)) + scan + "\xff\xd9";
}

const std::string no_difference = "00", end_of_block = "1010", sixteen_zeros = "11111111001", one = "00";

}  // namespace

TEST_CASE("a scan stays as it came where it is what its coefficients come to, byte for byte") {
    for (const auto& [colours, h, v] : {std::tuple{JpegColours::ycc, 2, 2},
                                        {JpegColours::ycc, 2, 1},
                                        {JpegColours::ycc, 1, 2},
                                        {JpegColours::ycc, 4, 1},
                                        {JpegColours::grey, 1, 1},
                                        {JpegColours::grey, 2, 2},
                                        {JpegColours::rgb, 1, 1},
                                        {JpegColours::cmyk, 1, 1},
                                        {JpegColours::ycck, 2, 2}}) {
        for (const auto& [width, height] :
             {std::pair{40u, 30u}, {1u, 1u}, {33u, 17u}, {1u, 100u}, {16u, 16u}, {259u, 9u}}) {
            for (const int quality : {1, 80, 100}) {
                CAPTURE(h, v, width, height, quality);
                JpegWanted wanted = sized(width, height, colours, h, v);
                wanted.quality = quality;
                wanted.dots_per_inch = 300;
                const std::string jpeg = jpeg_of(wanted);
                CHECK((kept(jpeg) == written_anew(jpeg)));
            }
        }
    }
}

TEST_CASE("a JPEG that keeps its scan gets our headers, and nothing stands behind it") {
    JpegWanted wanted;
    wanted.segments.emplace_back(0xfe, "a comment");
    const std::string jpeg = kept(jpeg_of(wanted) + "behind the end");
    CHECK((jpeg == written_anew(jpeg_of({}))));
    CHECK(kept(jpeg_of({}), 6).find("Exif") != std::string::npos);
}

TEST_CASE("a scan is written anew where its tables, markers or order are not the common ones") {
    JpegWanted restarts, progressive;
    restarts.restart_interval = 2;
    progressive.is_progressive = true;
    CHECK(kept(jpeg_of(restarts)).empty());
    CHECK(kept(jpeg_of(progressive)).empty());
    CHECK((written_anew(jpeg_of(restarts)) == kept(jpeg_of({}))));
}

TEST_CASE("AC-213 nothing that a scan could hold beside its coefficients stays") {
    const std::string blank = block_of(no_difference + end_of_block);
    CHECK((kept(blank) == written_anew(blank)));
    CHECK_FALSE(kept(block_of(no_difference + one + "1" + end_of_block)).empty());
    CHECK(kept(block_of(no_difference + end_of_block, '0')).empty());
    CHECK(kept(block_of(no_difference + sixteen_zeros + end_of_block)).empty());
    CHECK(kept(block_of(no_difference + sixteen_zeros + sixteen_zeros + sixteen_zeros + sixteen_zeros)).empty());
    CHECK(kept(block_of(no_difference + end_of_block + std::string(10, '1'))).empty());
    CHECK(kept(block_of(no_difference)).empty());
    std::string more = blank;
    CHECK(kept(more.insert(more.size() - 2, "hidden")).empty());
    std::string filled = blank;
    CHECK(kept(filled.insert(filled.size() - 2, "\xff")).empty());
}

TEST_CASE("AC-213 blocks beyond the picture's sides are blank, or the scan is written anew") {
    const std::string one_block = jpeg_of(sized(8, 8, JpegColours::ycc, 2, 2));  // four of brightness in its unit
    CHECK((kept(one_block) == written_anew(one_block)));
    const std::string four_blocks = jpeg_of(sized(16, 16, JpegColours::ycc, 2, 2));
    std::string smaller = four_blocks;
    const std::size_t frame = smaller.find("\xff\xc0");
    smaller[frame + 6] = smaller[frame + 8] = 8;
    CHECK(kept(smaller).empty());
    const std::string anew = written_anew(smaller);
    CHECK((kept(anew) == anew));
}

TEST_CASE("AC-212 a scan with a wrong bit is never kept as another picture") {
    JpegWanted wanted = sized(16, 16, JpegColours::ycc, 2, 2);
    const std::string jpeg = jpeg_of(wanted);
    for (std::size_t at = scan_at(jpeg); at < jpeg.size() - 2; ++at) {
        for (unsigned bit = 0; bit < 8; ++bit) {
            std::string changed = jpeg;
            changed[at] = static_cast<char>(changed[at] ^ (1 << bit));
            CAPTURE(at, bit);
            const std::string stays = kept(changed);
            if (!stays.empty()) CHECK((stays == written_anew(changed)));
        }
    }
}
