#include "sanitizer/codec/pictures/rebuild_jpeg.hpp"

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "rebuilt.hpp"
#include "tests/support/made_pictures.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace std::string_literals;

namespace {

struct Variant {
    const char* what;
    JpegWanted wanted;
    bool is_encoded_anew = false;
};

JpegWanted with(JpegColours colours, int h, int v) {
    JpegWanted wanted;
    wanted.colours = colours;
    wanted.h = h;
    wanted.v = v;
    return wanted;
}

template <class Change>
JpegWanted changed(Change change) {
    JpegWanted wanted;
    change(wanted);
    return wanted;
}

const std::vector<Variant>& variants() {
    static const std::vector<Variant> all = {
        {"4:2:0", with(JpegColours::ycc, 2, 2)},
        {"4:2:2", with(JpegColours::ycc, 2, 1)},
        {"4:4:0", with(JpegColours::ycc, 1, 2)},
        {"4:4:4", with(JpegColours::ycc, 1, 1)},
        {"4:1:1", with(JpegColours::ycc, 4, 1)},
        {"grey", with(JpegColours::grey, 1, 1)},
        {"grey with factors that mean nothing", with(JpegColours::grey, 2, 2)},
        {"RGB", with(JpegColours::rgb, 1, 1)},
        {"CMYK", with(JpegColours::cmyk, 1, 1)},
        {"CMYK without Adobe's marker",
         changed([](auto& w) { w.colours = JpegColours::cmyk, w.h = w.v = 1, w.has_adobe = false; })},
        {"YCCK", with(JpegColours::ycck, 1, 1)},
        {"progressive", changed([](auto& w) { w.is_progressive = true; })},
        {"progressive CMYK",
         changed([](auto& w) { w.is_progressive = true, w.colours = JpegColours::cmyk, w.h = w.v = 1; })},
        {"arithmetic", changed([](auto& w) { w.is_arithmetic = true; })},
        {"restart markers", changed([](auto& w) { w.restart_interval = 2; })},
        {"one pixel", changed([](auto& w) { w.width = w.height = 1; })},
        {"odd sides", changed([](auto& w) { w.width = 33, w.height = 17; })},
        {"one column", changed([](auto& w) { w.width = 1, w.height = 100; })},
        {"quality 1", changed([](auto& w) { w.quality = 1; })},
        {"quality 100", changed([](auto& w) { w.quality = 100; })},
        {"with a resolution", changed([](auto& w) { w.dots_per_inch = 300; })},
        {"sampling by 3", with(JpegColours::ycc, 3, 1), true},
        {"tables of 16 bits", changed([](auto& w) { w.quantisation_factor = 300; }), true},
    };
    return all;
}

// Content of a marker segment, as often as it stands in front of the scan.
std::vector<std::string> segments_of(const std::string& jpeg, char marker) {
    std::vector<std::string> found;
    for (std::size_t at = 2; jpeg.at(at + 1) != '\xda';) {
        const std::size_t size = static_cast<std::size_t>(static_cast<unsigned char>(jpeg.at(at + 2))) << 8 |
                                 static_cast<unsigned char>(jpeg.at(at + 3));
        if (jpeg[at + 1] == marker) found.push_back(jpeg.substr(at, size + 2));
        at += size + 2;
    }
    return found;
}

std::string own_orientation(int orientation) {
    return "\xff\xe1\x00\x22\x45xif\0\0MM\0\x2a\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0"s +
           static_cast<char>(orientation) + "\0\0\0\0\0\0"s;
}

JpegWanted with_segment(int marker, std::string content) {
    JpegWanted wanted;
    wanted.segments.emplace_back(marker, std::move(content));
    return wanted;
}

// Matrix profile with these three primaries, one after the other, s15Fixed16.
std::string profile_with(std::vector<std::uint32_t> xyz, const std::string& space = "RGB ") {
    std::string tags, content;
    for (std::size_t i = 0; i < 3; ++i) {
        tags += "rgb"[i] + "XYZ"s + be(static_cast<std::uint32_t>(128 + 4 + 36 + 20 * i), 4) + be(20, 4);
        content += "XYZ "s + be(0, 4) + be(xyz[3 * i], 4) + be(xyz[3 * i + 1], 4) + be(xyz[3 * i + 2], 4);
    }
    return std::string(16, 'h') + space + std::string(108, 'h') + be(3, 4) + tags + content;
}

const std::vector<std::uint32_t> srgb = {0x6fa2, 0x38f5, 0x0390, 0x6299, 0xb785, 0x18da, 0x24a0, 0x0f84, 0xb6cf};
const std::vector<std::uint32_t> display_p3 = {0x83df, 0x3dbf, 0xffffffbb, 0x4abf, 0xb137,
                                               0x0ab9, 0x2838, 0x110b,     0xc8b9};

}  // namespace

TEST_CASE("AC-140 a JPEG of each kind is rebuilt without touching a sample") {
    for (const Variant& variant : variants()) {
        INFO(variant.what);
        const std::string jpeg = jpeg_of(variant.wanted);
        const FileMade file = rebuilt(jpeg);
        CHECK(file.kind == SafeKind::jpeg);
        CHECK(count_of(file, Reason::picture_encoded_anew) == (variant.is_encoded_anew ? 1 : 0));
        CHECK(file.losses.size() == (variant.is_encoded_anew ? 1 : 0));
        const std::string before = jpeg_samples(jpeg), after = jpeg_samples(file.untrusted_bytes);
        REQUIRE_FALSE(before.empty());
        CHECK((before.size() == after.size()));
        if (!variant.is_encoded_anew) CHECK((before == after));
    }
}

TEST_CASE("the marker by which programs tell inverted inks stays as it was") {
    JpegWanted wanted = with(JpegColours::cmyk, 1, 1);
    CHECK(segments_of(rebuilt(jpeg_of(wanted)).untrusted_bytes, '\xee').size() == 1);
    wanted.has_adobe = false;
    CHECK(segments_of(rebuilt(jpeg_of(wanted)).untrusted_bytes, '\xee').empty());
}

TEST_CASE("components of a JPEG get our own names, whatever the sender calls them") {
    const std::string clean = jpeg_of({}), wanted = rebuilt(clean).untrusted_bytes;
    for (const std::string& names : {"\0\1\2"s, "\1\2\xff"s, "abc"s}) {
        std::string renamed = clean;
        for (std::size_t i = 0; i < names.size(); ++i) {
            renamed.at(renamed.find("\xff\xc0"s) + 10 + 3 * i) = names[i];
            renamed.at(renamed.find("\xff\xda"s) + 5 + 2 * i) = names[i];
        }
        CHECK((rebuilt(renamed).untrusted_bytes == wanted));
    }
}

TEST_CASE("a JPEG with the common Huffman tables keeps them, one with its own gets the best") {
    for (const auto colours : {JpegColours::ycc, JpegColours::grey, JpegColours::cmyk}) {
        JpegWanted wanted = with(colours, 1, 1);
        const std::string common = jpeg_of(wanted);
        wanted.is_progressive = true;
        const std::string kept = rebuilt(common).untrusted_bytes;
        const std::string best = rebuilt(jpeg_of(wanted)).untrusted_bytes;
        CHECK(segments_of(kept, '\xc4') == segments_of(common, '\xc4'));
        CHECK(segments_of(best, '\xc4') != segments_of(common, '\xc4'));
        CHECK(best.size() < kept.size());
        CHECK(rebuilt(best).untrusted_bytes == best);
    }
}

TEST_CASE("the resolution of a JPEG is kept, as documents lay pictures out by it") {
    JpegWanted wanted;
    wanted.dots_per_inch = 300;
    const std::string bytes = rebuilt(jpeg_of(wanted)).untrusted_bytes;
    CHECK(segments_of(bytes, '\xe0') == std::vector{"\xff\xe0\0\x10JFIF\0\1\1\1\x01\x2c\x01\x2c\0\0"s});
}

TEST_CASE("AC-214 all eight orientations stay, in a segment that says nothing else") {
    for (int orientation = 1; orientation <= 8; ++orientation) {
        for (const bool is_big_endian : {true, false}) {
            INFO(orientation << (is_big_endian ? " MM" : " II"));
            const std::string jpeg = jpeg_of(with_segment(0xe1, exif_with_orientation(orientation, is_big_endian)));
            const FileMade file = rebuilt(jpeg);
            const auto exif = segments_of(file.untrusted_bytes, '\xe1');
            if (orientation == 1) {
                CHECK(exif.empty());
            } else {
                CHECK(exif == std::vector{own_orientation(orientation)});
            }
            CHECK(count_of(file, Reason::metadata_removed) == 1);
            CHECK((file.untrusted_bytes.find("GPS") == std::string::npos));
            CHECK((jpeg_samples(jpeg) == jpeg_samples(file.untrusted_bytes)));
        }
    }
}

TEST_CASE("the orientation is kept when a picture is encoded anew") {
    JpegWanted wanted = with_segment(0xe1, exif_with_orientation(6, true));
    wanted.quantisation_factor = 300;
    const FileMade file = rebuilt(jpeg_of(wanted));
    CHECK(count_of(file, Reason::picture_encoded_anew) == 1);
    CHECK(segments_of(file.untrusted_bytes, '\xe1') == std::vector{own_orientation(6)});
}

TEST_CASE("AC-214 Exif that does not exactly say an orientation says none") {
    const std::string good = exif_with_orientation(6, true);
    const std::vector<std::pair<const char*, std::string>> bad = {
        {"orientation 0", exif_with_orientation(0, true)},
        {"orientation 9", exif_with_orientation(9, false)},
        {"no byte order", "Exif\0\0XX"s + good.substr(8)},
        {"not 42", std::string(good).replace(8, 2, be(43, 2))},
        {"a directory far away", std::string(good).replace(10, 4, be(0x7fffffff, 4))},
        {"an offset of all ones", std::string(good).replace(10, 4, be(0xffffffff, 4))},
        {"of type LONG", std::string(good).replace(6 + 8 + 2 + 12 + 2, 2, be(4, 2))},
        {"two values", std::string(good).replace(6 + 8 + 2 + 12 + 4, 4, be(2, 4))},
        {"cut within", good.substr(0, 6 + 8 + 2 + 12 + 9)},
        {"cut behind the name", good.substr(0, 6)},
        {"empty directory", std::string(good).replace(14, 2, be(0, 2))},
        {"in XMP", "http://ns.adobe.com/xap/1.0/\0<tiff:Orientation>6</tiff:Orientation>"s},
    };
    for (const auto& [what, exif] : bad) {
        INFO(what);
        const FileMade file = rebuilt(jpeg_of(with_segment(0xe1, exif)));
        CHECK(segments_of(file.untrusted_bytes, '\xe1').empty());
        CHECK(count_of(file, Reason::metadata_removed) == 1);
    }
}

TEST_CASE("AC-214 no marker segment of the sender's leaves, whichever it is") {
    JpegWanted wanted;
    for (int marker = 0xe0; marker <= 0xef; ++marker) wanted.segments.emplace_back(marker, "hidden words");
    wanted.segments.emplace_back(0xfe, "hidden words");
    wanted.segments.emplace_back(0xe0, "JFXX\0\x10 hidden words: a thumbnail"s);
    wanted.segments.emplace_back(0xee, "Adobe hidden words");
    wanted.segments.emplace_back(0xed, "Photoshop 3.0\0 8BIM hidden words"s);
    const FileMade file = rebuilt(jpeg_of(wanted));
    CHECK(count_of(file, Reason::metadata_removed) == wanted.segments.size());
    CHECK((file.untrusted_bytes.find("hidden words") == std::string::npos));
    CHECK((file.untrusted_bytes == rebuilt(jpeg_of({})).untrusted_bytes));
}

TEST_CASE("AC-214 a profile that is nearly sRGB goes without a word, another one is said") {
    const auto losses_with = [](const std::string& profile) {
        return count_of(rebuilt(jpeg_of(with_segment(0xe2, "ICC_PROFILE\0\1\1"s + profile))),
                        Reason::colour_profile_dropped);
    };
    CHECK(losses_with(profile_with(srgb)) == 0);
    CHECK(losses_with(profile_with(srgb, "GRAY")) == 0);
    CHECK(losses_with(profile_with(display_p3)) == 1);
    CHECK(losses_with(profile_with(srgb, "CMYK")) == 1);
    CHECK(losses_with(profile_with(srgb).substr(0, 150)) == 1);
    CHECK(losses_with("") == 1);
    JpegWanted wanted = with_segment(0xe2, "ICC_PROFILE\0\1\2"s + profile_with(srgb).substr(0, 140));
    wanted.segments.emplace_back(0xe2, "ICC_PROFILE\0\2\2"s + profile_with(srgb).substr(140));
    CHECK(count_of(rebuilt(jpeg_of(wanted)), Reason::colour_profile_dropped) == 0);
}

TEST_CASE("AC-213 AC-223 nothing behind the end of a JPEG leaves") {
    const std::string clean = rebuilt(jpeg_of({})).untrusted_bytes;
    for (const std::string& tail :
         {"x"s, "PK\3\4 a zip with a program"s, "<html><script>"s, "%PDF-1.7"s, jpeg_of({})}) {
        INFO(tail.substr(0, 10));
        const FileMade file = rebuilt(jpeg_of({}) + tail);
        CHECK(count_of(file, Reason::metadata_removed) == 1);
        CHECK((file.untrusted_bytes == clean));
    }
}

TEST_CASE("AC-212 a JPEG that ends early is rebuilt as far as it goes and said to be damaged, or not rebuilt") {
    for (const bool is_progressive : {false, true}) {
        JpegWanted wanted;
        wanted.width = 200;
        wanted.height = 150;
        wanted.is_progressive = is_progressive;
        const std::string jpeg = jpeg_of(wanted);
        std::size_t made = 0;
        for (std::size_t size = 2; size + 2 < jpeg.size(); size += 37) {
            const FileOutcome outcome = rebuilt_within(jpeg.substr(0, size), {});
            if (std::holds_alternative<FileNotMade>(outcome)) continue;
            ++made;
            INFO(size);
            CHECK(count_of(rebuilt(jpeg.substr(0, size)), Reason::picture_damaged) == 1);
        }
        CHECK(made > 20);
    }
}

TEST_CASE("AC-212 no flipped byte makes a JPEG that the checker refuses") {
    JpegWanted wanted;
    wanted.segments.emplace_back(0xe1, exif_with_orientation(3, false));
    for (const bool is_progressive : {false, true}) {
        wanted.is_progressive = is_progressive;
        const std::string jpeg = jpeg_of(wanted);
        for (std::size_t at = 0; at < jpeg.size(); ++at) {
            INFO(at);
            is_made_rightly(broken_at(jpeg, at));
        }
    }
}

TEST_CASE("coefficients that baseline cannot hold are decoded and encoded anew") {
    const std::string jpeg = with_coefficient(jpeg_of({}), 5000);
    const FileMade file = rebuilt(jpeg);
    CHECK(count_of(file, Reason::picture_encoded_anew) == 1);
    CHECK(rebuilt(with_coefficient(jpeg_of({}), 1000)).losses.empty());
}

TEST_CASE("AC-211 a JPEG's pixels are paid before they are read") {
    std::string huge = jpeg_of({});
    const std::size_t frame = huge.find("\xff\xc0"s);
    huge.replace(frame + 5, 4, be(65500, 2) + be(65500, 2));
    CHECK(refused(huge).why == Reason::too_many_pixels);
    FileLimits limits;
    limits.pixels_max = 40 * 30 - 1;
    CHECK(refused(jpeg_of({}), limits).why == Reason::too_many_pixels);
    limits.pixels_max = 40 * 30;
    CHECK(std::holds_alternative<FileMade>(rebuilt_within(jpeg_of({}), limits)));
}

TEST_CASE("AC-211 what a JPEG's coefficients and result take is paid as well") {
    FileLimits limits;
    limits.inner_bytes_max = 1000;
    CHECK(refused(jpeg_of({}), limits).why == Reason::inner_too_large);
    limits = {};
    limits.out_bytes_max = 700;
    CHECK(refused(jpeg_of({}), limits).why == Reason::files_too_large);
    limits = {};
    limits.picture_bytes_max = 1000;  // as if memory were that small: baseline still goes row by row
    const FileOutcome by_rows = rebuilt_within(jpeg_of({}), limits);
    REQUIRE(std::holds_alternative<FileMade>(by_rows));
    CHECK(count_of(std::get<FileMade>(by_rows), Reason::picture_encoded_anew) == 1);
    CHECK(refused(jpeg_of(changed([](auto& w) { w.is_progressive = true; })), limits).why == Reason::too_many_pixels);
}

TEST_CASE("AC-211 a JPEG with more scans than the limit is not rebuilt") {
    const std::string jpeg = jpeg_of(changed([](auto& w) { w.is_progressive = true; }));  // 10 scans
    FileLimits limits;
    limits.jpeg_scans_max = 10;
    CHECK(std::holds_alternative<FileMade>(rebuilt_within(jpeg, limits)));
    limits.jpeg_scans_max = 9;
    CHECK(refused(jpeg, limits).why == Reason::not_representable);
}

TEST_CASE("a JPEG of a kind that is not rebuilt is held with the reason") {
    const auto with_frame_byte = [](std::size_t offset, char value) {
        std::string jpeg = jpeg_of({});
        jpeg.at(jpeg.find("\xff\xc0"s) + offset) = value;
        return jpeg;
    };
    CHECK(refused(with_frame_byte(4, 12)).why == Reason::not_representable);      // 12 bits
    CHECK(refused(with_frame_byte(1, '\xc3')).why == Reason::not_representable);  // lossless
    CHECK(refused(with_frame_byte(9, 2)).why == Reason::document_damaged);        // two components, length for three
    CHECK(refused(with_frame_byte(6, 0)).why == Reason::document_damaged);        // no height
    for (const char table : {'\3', '\4', '\x7f', '\xff'}) {
        INFO("quantisation table " << int{table});
        CHECK(refused(with_frame_byte(12, table)).why == Reason::document_damaged);
    }
    CHECK(refused("\xff\xd8\xff"s).why == Reason::document_damaged);
    CHECK(refused("\xff\xd8\xff\xd9"s).why == Reason::document_damaged);
    CHECK(refused("\xff\xd8\xff\xe1"s).why == Reason::document_damaged);
}
