#include "sanitizer/codec/pictures/rebuild_webp.hpp"

#include <webp/encode.h>

#include <catch2/catch.hpp>
#include <string>
#include <vector>

#include "rebuilt.hpp"
#include "tests/support/made_pictures.hpp"
#include "turned.hpp"

using namespace mugaika;
using namespace mugaika::test;
using namespace std::string_literals;

namespace {

std::string le(std::uint32_t value, unsigned size) {
    const std::string big = be(value, size);
    return {big.rbegin(), big.rend()};
}

// "RIFF", its length, "WEBP" and one VP8L or VP8 chunk.
std::string webp_of(const std::string& rgba, int width, float quality = 100) {
    std::uint8_t* bytes = nullptr;
    const auto* pixels = reinterpret_cast<const std::uint8_t*>(rgba.data());
    const int height = static_cast<int>(rgba.size()) / 4 / width;
    const std::size_t size = quality == 100 ? WebPEncodeLosslessRGBA(pixels, width, height, width * 4, &bytes)
                                            : WebPEncodeRGBA(pixels, width, height, width * 4, quality, &bytes);
    std::string webp(reinterpret_cast<const char*>(bytes), size);
    WebPFree(bytes);
    return webp;
}

std::string grey_rgba(std::string_view greys) {
    std::string rgba;
    for (const char grey : greys) rgba += std::string(3, grey) + '\xff';
    return rgba;
}

std::string chunk(const std::string& type, const std::string& data) {
    return type + le(static_cast<std::uint32_t>(data.size()), 4) + data + std::string(data.size() % 2, '\0');
}

// With the header that lets further chunks stand around the picture.
std::string extended(const std::string& plain, std::uint8_t flags, int width, int height, const std::string& before,
                     const std::string& after) {
    const std::string body = "WEBP" +
                             chunk("VP8X", std::string(1, static_cast<char>(flags)) + "\0\0\0"s +
                                               le(static_cast<std::uint32_t>(width - 1), 3) +
                                               le(static_cast<std::uint32_t>(height - 1), 3)) +
                             before + plain.substr(12) + after;
    return "RIFF" + le(static_cast<std::uint32_t>(body.size()), 4) + body;
}

constexpr std::uint8_t moving = 0x02, has_exif = 0x08, has_profile = 0x20;

}  // namespace

TEST_CASE("AC-140 a WebP becomes a PNG with the same pixels, with and without alpha") {
    for (const bool is_opaque : {true, false}) {
        for (const bool is_grey : {true, false}) {
            std::string rgba, rows;
            for (int i = 0; i < 7 * 5; ++i) {
                if (i % 7 == 0) rows += '\0';
                const std::string pixel = {static_cast<char>(i * 7), static_cast<char>(i * (is_grey ? 7 : 5)),
                                           static_cast<char>(i * 7), static_cast<char>(is_opaque ? 255 : 255 - i)};
                rgba += pixel;
                rows += pixel;
            }
            PngWanted png;
            png.width = 7;
            png.height = 5;
            png.colour = 6;
            png.rows = rows;
            const FileMade file = rebuilt(webp_of(rgba, 7));
            CHECK(file.losses.empty());
            CHECK((png_samples(file.untrusted_bytes) == png_samples(png_of(png))));
            const std::string kind = {static_cast<char>((is_grey ? 0 : 2) + (is_opaque ? 0 : 4))};
            CHECK(png_chunks_of(file.untrusted_bytes)[0].second.substr(9, 1) == kind);
            CHECK(rebuilt(webp_of(rgba, 7, 50)).losses.empty());
        }
    }
}

TEST_CASE("AC-214 all eight orientations of a WebP are applied, and nothing else of it leaves") {
    const std::string plain = webp_of(grey_rgba("abcdef"), 3);
    for (const Turned& turned : all_turned) {
        for (const std::size_t prefix : {0u, 6u}) {  // some writers put "Exif" and two zeros before it
            INFO(turned.orientation << " " << prefix);
            const std::string exif = exif_with_orientation(turned.orientation, true).substr(6 - prefix);
            const std::string around = chunk("XMP ", "hidden words") + chunk("NEWS", "hidden words");
            const FileMade file = rebuilt(extended(plain, has_exif, 3, 2, "", chunk("EXIF", exif) + around));
            CHECK((png_samples(file.untrusted_bytes) == turned_samples(turned)));
            CHECK(count_of(file, Reason::metadata_removed) == 3);
            CHECK(file.untrusted_bytes.find("hidden") == std::string::npos);
        }
    }
}

TEST_CASE("a WebP's profile is said when it is not nearly sRGB") {
    const std::string plain = webp_of(grey_rgba("abcdef"), 3);
    const auto losses_with = [&](const std::string& profile) {
        return count_of(rebuilt(extended(plain, has_profile, 3, 2, chunk("ICCP", profile), "")),
                        Reason::colour_profile_dropped);
    };
    CHECK(losses_with("some profile") == 1);
    CHECK(losses_with(std::string(16, 'h') + "GRAY" + std::string(112, '\0')) == 0);
}

TEST_CASE("AC-212 AC-211 a WebP that is cut, moves or is too large is held") {
    const std::string good = webp_of(grey_rgba("abcdefghi"), 3);
    for (std::size_t size = 12; size + 2 < good.size(); ++size)
        CHECK(refused(good.substr(0, size)).why == Reason::document_damaged);
    CHECK(refused(extended(good, moving, 3, 3, chunk("ANIM", "\0\0\0\0\0\0"s), "")).why == Reason::not_representable);
    CHECK(refused(extended(good, 0, 16384, 16384, "", "")).why != Reason::not_representable);
    FileLimits limits;
    limits.pixels_max = 8;
    CHECK(refused(good, limits).why == Reason::too_many_pixels);
    for (std::size_t at = 12; at < good.size(); ++at) {
        std::string broken = good;
        broken[at] = static_cast<char>(broken[at] ^ (at % 3 == 0 ? 0xff : 1 << at % 8));
        limits.pixels_max = 1'000'000;
        const FileOutcome outcome = rebuilt_within(broken, limits);
        const auto* file = std::get_if<FileMade>(&outcome);
        INFO(at);
        if (file) CHECK(checker::check_picture(file->untrusted_bytes).has_value());
    }
}
