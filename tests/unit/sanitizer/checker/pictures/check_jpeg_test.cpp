#include "sanitizer/checker/pictures/check_jpeg.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "broken_pictures.hpp"
#include "tests/support/made_pictures.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace std::string_literals;

namespace {

std::string good_jpeg(JpegColours colours = JpegColours::ycc, int orientation = 1) {
    JpegWanted wanted;
    wanted.colours = colours;
    if (colours != JpegColours::ycc) wanted.h = wanted.v = 1;
    if (orientation != 1) wanted.segments.emplace_back(0xe1, exif_with_orientation(orientation, true));
    return rebuilt_bytes(jpeg_of(wanted));
}

// Where marker segments of the good picture begin, the one of the scan included.
std::vector<std::size_t> segment_starts(const std::string& jpeg) {
    std::vector<std::size_t> starts;
    for (std::size_t at = 2;;) {
        starts.push_back(at);
        if (jpeg.at(at + 1) == '\xda') return starts;
        at += 2 + (static_cast<std::size_t>(static_cast<unsigned char>(jpeg.at(at + 2))) << 8) +
              static_cast<unsigned char>(jpeg.at(at + 3));
    }
}

const std::string jfif = "\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0"s;
const std::string adobe = "\xff\xee\0\x0e\x41\x64obe\0\x64\0\0\0\0\0"s;
const std::string exif = "\xff\xe1\0\x22\x45xif\0\0MM\0\x2a\0\0\0\x08\0\1\1\x12\0\3\0\0\0\1\0\6\0\0\0\0\0\0"s;

// The byte `offset` bytes behind the marker becomes `value`.
std::string with_byte(std::string jpeg, const std::string& marker, std::size_t offset, char value) {
    const std::size_t at = jpeg.find(marker);
    REQUIRE(at != std::string::npos);
    REQUIRE(jpeg.at(at + offset) != value);
    jpeg[at + offset] = value;
    return jpeg;
}

}  // namespace

TEST_CASE("the checker takes a JPEG of each colour space and says that it has one page") {
    for (const auto colours :
         {JpegColours::grey, JpegColours::ycc, JpegColours::rgb, JpegColours::cmyk, JpegColours::ycck}) {
        CHECK(*checker::check_jpeg(good_jpeg(colours)) == 1);
    }
    for (int orientation = 2; orientation <= 8; ++orientation)
        CHECK(*checker::check_jpeg(good_jpeg(JpegColours::ycc, orientation)) == 1);
}

// Within the scan it may only make another picture of the same size.
TEST_CASE("AC-213 AC-223 no byte can be put before, between or behind what a JPEG has to have") {
    for (const std::string& good : {good_jpeg(), good_jpeg(JpegColours::cmyk, 6)}) {
        // A zero before the last byte of the scan's header, which is zero, is one at the beginning of the scan.
        check_no_byte_more_or_less(good, 0, segment_starts(good).back() + 13);
        check_no_byte_more_or_less(good, good.size() - 2, good.size() + 1);
        check_no_part(good);
    }
}

TEST_CASE("AC-214 a JPEG with any segment put back, wherever, is refused") {
    for (const auto colours : {JpegColours::grey, JpegColours::ycc, JpegColours::rgb}) {
        const std::string good = good_jpeg(colours, 3);
        for (const std::size_t at : segment_starts(good)) {
            for (int marker = 0xc0; marker <= 0xfe; ++marker) {
                const std::string segment = "\xff"s + static_cast<char>(marker) + "\0\6\x45xif"s;
                INFO(at << " " << marker);
                CHECK_FALSE(checker::check_jpeg(std::string(good).insert(at, segment)).has_value());
            }
            for (const std::string& twice : {jfif, adobe, exif}) {
                INFO(at << " " << twice.substr(4, 4));
                CHECK_FALSE(checker::check_jpeg(std::string(good).insert(at, twice)).has_value());
            }
        }
    }
}

TEST_CASE("a JPEG whose header says something else than ours is refused") {
    const std::string ycc = good_jpeg(), turned = good_jpeg(JpegColours::ycc, 6), grey = good_jpeg(JpegColours::grey);
    const std::string cmyk = good_jpeg(JpegColours::cmyk), rgb = good_jpeg(JpegColours::rgb),
                      ycck = good_jpeg(JpegColours::ycck);
    check_all_refused({
        {"nothing", ""},
        {"another kind", "GIF89a"},
        {"JFIF version", with_byte(ycc, "JFIF", 5, 2)},
        {"unit of resolution", with_byte(ycc, "JFIF", 7, 3)},
        {"resolution 0 across", with_byte(ycc, "JFIF", 9, 0)},
        {"resolution 0 down", with_byte(ycc, "JFIF", 11, 0)},
        {"a thumbnail", with_byte(ycc, "JFIF", 12, 1)},
        {"no JFIF", with_replaced(ycc, jfif, "")},
        {"Adobe as well", with_replaced(ycc, jfif, jfif + adobe)},
        {"Adobe's flags", with_byte(rgb, "Adobe", 7, 1)},
        {"Adobe transform 1", with_byte(rgb, "Adobe", 11, 1)},
        {"RGB without Adobe", with_replaced(rgb, adobe, "")},
        {"YCCK without Adobe", with_replaced(ycck, "\xff\xee\0\x0e\x41\x64obe\0\x64\0\0\0\0\2"s, "")},
        {"CMYK with JFIF", with_replaced(cmyk, adobe, jfif)},
        {"orientation 1", with_byte(turned, "Exif", 25 - 0, 1)},
        {"orientation 9", with_byte(turned, "Exif", 25, 9)},
        {"another tag", with_byte(turned, "Exif", 16, 2)},
        {"a further directory", with_byte(turned, "Exif", 31, 8)},
        {"Exif of other length", with_byte(turned, "\xff\xe1", 3, 0x23)},
        {"table 4", with_byte(ycc, "\xff\xdb", 4, 4)},
        {"table of 16 bits", with_byte(ycc, "\xff\xdb", 4, 0x10)},
        {"quantisation by 0", with_byte(ycc, "\xff\xdb", 20, 0)},
        {"a table twice", with_replaced(ycc, "\xff\xc0", "\xff\xdb\0\x43\0"s + std::string(64, '\1') + "\xff\xc0")},
        {"a table that is not used",
         with_replaced(ycc, "\xff\xc0", "\xff\xdb\0\x43\3"s + std::string(64, '\1') + "\xff\xc0")},
        {"progressive", with_byte(ycc, "\xff\xc0", 1, '\xc2')},
        {"12 bits", with_byte(ycc, "\xff\xc0", 4, 12)},
        {"no height", with_byte(ycc, "\xff\xc0", 6, 0)},
        {"no width", with_byte(ycc, "\xff\xc0", 8, 0)},
        {"two components", with_byte(ycc, "\xff\xc0", 9, 2)},
        {"255 components", with_byte(ycc, "\xff\xc0", 9, '\xff')},
        {"a component's name", with_byte(ycc, "\xff\xc0", 10, 7)},
        {"sampling by 3", with_byte(ycc, "\xff\xc0", 11, 0x31)},
        {"sampling by 0", with_byte(ycc, "\xff\xc0", 11, 0x02)},
        {"too many blocks in a unit", with_byte(ycc, "\xff\xc0", 11, 0x44)},
        {"grey with factors", with_byte(grey, "\xff\xc0", 11, 0x22)},
        {"a table that is not there", with_byte(ycc, "\xff\xc0", 12, 2)},
        {"frame length", with_byte(ycc, "\xff\xc0", 3, 18)},
    });
}

TEST_CASE("a JPEG whose entropy coding is not ours is refused") {
    const std::string ycc = good_jpeg(), grey = good_jpeg(JpegColours::grey);
    const std::size_t scan = ycc.find("\xff\xda"s) + 14;
    std::string all_ones = ycc, restart = ycc;
    all_ones.replace(scan, 4, "\xff\0\xff\0"s);
    restart.insert(scan + 30, "\xff\xd0");
    check_all_refused({
        {"no Huffman table", ycc.substr(0, ycc.find("\xff\xc4"s)) + ycc.substr(ycc.find("\xff\xda"s))},
        {"a Huffman table of another name", with_byte(ycc, "\xff\xc4", 4, 2)},
        {"more codes than fit", with_byte(ycc, "\xff\xc4", 5, 3)},
        {"a Huffman table's length", with_byte(ycc, "\xff\xc4", 3, 0x7f)},
        {"one that is not used",
         with_replaced(grey, "\xff\xda",
                       "\xff\xc4\0\x14\1\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s +
                           "\xff\xc4\0\x14\x11\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s + "\xff\xda")},
        {"scan length", with_byte(ycc, "\xff\xda", 3, 11)},
        {"scan of fewer components", with_byte(ycc, "\xff\xda", 4, 1)},
        {"scan of another component", with_byte(ycc, "\xff\xda", 5, 2)},
        {"scan with a table that is not there", with_byte(ycc, "\xff\xda", 6, 0x22)},
        {"scan with two tables of different number", with_byte(ycc, "\xff\xda", 8, 0x10)},
        {"colours with the first tables, the second for nobody",
         with_byte(with_byte(ycc, "\xff\xda", 8, 0), "\xff\xda", 10, 0)},
        {"spectral selection from 1", with_byte(ycc, "\xff\xda", 11, 1)},
        {"spectral selection to 62", with_byte(ycc, "\xff\xda", 12, 62)},
        {"successive approximation", with_byte(ycc, "\xff\xda", 13, 1)},
        {"a code that is none", all_ones},
        {"a restart marker", restart},
        {"larger than its scan", with_byte(ycc, "\xff\xc0", 6, 60)},
        {"smaller than its scan", with_byte(ycc, "\xff\xc0", 6, 16)},
        {"much larger than its scan", with_byte(with_byte(ycc, "\xff\xc0", 5, '\xff'), "\xff\xc0", 7, '\xff')},
        {"no end", ycc.substr(0, ycc.size() - 2)},
        {"a picture behind it", ycc + ycc},
    });
}

TEST_CASE("the bits between the last block of a JPEG and its end are ones") {
    // Grey, 8 x 8, one block: two codes of one bit each, six bits to fill.
    const std::string table = "\xff\xc4\0\x14"s, one_code = "\1\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"s;
    const auto with_scan = [&](const std::string& scan) {
        return "\xff\xd8"s + jfif + "\xff\xdb\0\x43\0"s + std::string(64, '\1') +
               "\xff\xc0\0\x0b\x08\0\x08\0\x08\1\1\x11\0"s + table + "\0"s + one_code + table + "\x10"s + one_code +
               "\xff\xda\0\x08\1\1\0\0\x3f\0"s + scan + "\xff\xd9"s;
    };
    CHECK(checker::check_jpeg(with_scan("\x3f")).has_value());
    for (const std::string& scan :
         {"\x3e"s, "\x1f"s, "\0"s, "\x3f\xff\0"s, "\x3f\0"s, ""s, "\xff\0"s, "\xbf"s, "\x7f"s}) {
        check_refused(with_scan(scan));
    }
}
