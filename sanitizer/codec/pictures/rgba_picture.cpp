#include "sanitizer/codec/pictures/rgba_picture.hpp"

#include <algorithm>
#include <utility>

#include "sanitizer/codec/pictures/made_png.hpp"
#include "sanitizer/codec/pictures/png_filter.hpp"

namespace mugaika::codec {
namespace {

constexpr char full = '\xff';

struct Colours {
    bool is_opaque = true, is_grey = true, is_black_or_white = true;
};

Colours colours_of(const RgbaPicture& picture) noexcept {
    Colours colours;
    for (std::size_t at = 0; at < picture.pixels.size(); at += 4) {
        const char* const pixel = picture.pixels.data() + at;
        colours.is_opaque = colours.is_opaque && pixel[3] == full;
        colours.is_grey = colours.is_grey && pixel[0] == pixel[1] && pixel[1] == pixel[2];
        colours.is_black_or_white = colours.is_black_or_white && (pixel[0] == 0 || pixel[0] == full);
        if (!colours.is_grey && !colours.is_opaque) break;
    }
    return colours;
}

void append_bits(const RgbaPicture& picture, std::uint32_t y, std::string& rows) {
    rows.push_back('\0');
    for (std::uint32_t x = 0; x < picture.width; ++x) {
        if (x % 8 == 0) rows.push_back('\0');
        if (*picture.pixel(x, y) != 0) rows.back() = static_cast<char>(rows.back() | 0x80 >> x % 8);
    }
}

void take_samples(const RgbaPicture& picture, std::uint32_t y, PngColour colour, std::string& row) {
    row.clear();
    for (std::uint32_t x = 0; x < picture.width; ++x) {
        const char* const pixel = picture.pixel(x, y);
        row.push_back(pixel[0]);
        if (colour == PngColour::rgb || colour == PngColour::rgb_alpha) row.append(pixel + 1, 2);
        if (colour == PngColour::grey_alpha || colour == PngColour::rgb_alpha) row.push_back(pixel[3]);
    }
}

// Where a pixel of the stored picture is to be seen (CIPA DC-008, Orientation).
struct Place {
    std::uint32_t x, y;
};
Place seen_at(Place stored, std::uint32_t width, std::uint32_t height, int orientation) noexcept {
    const bool is_mirrored = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
    const bool is_upside_down = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
    const Place turned{is_mirrored ? width - 1 - stored.x : stored.x,
                       is_upside_down ? height - 1 - stored.y : stored.y};
    return orientation >= 5 ? Place{turned.y, turned.x} : turned;
}

}  // namespace

std::optional<FileNotMade> pay_for_rgba(std::uint32_t width, std::uint32_t height, FilePurse& purse,
                                        std::string_view format) {
    const PngHeader header{width, height, 8, PngColour::rgb_alpha, false};
    if (auto refusal = pay_for_rows(header, purse, format)) return refusal;
    if (purse.take_inner(std::uint64_t{width} * height * 4)) return std::nullopt;
    return FileNotMade{Reason::inner_too_large, std::string(format) + ": more bytes of pixels than the purse holds"};
}

RgbaPicture upright(RgbaPicture picture, int orientation) {
    if (orientation == 1) return picture;
    RgbaPicture turned{picture.width, picture.height, std::string(picture.pixels.size(), '\0')};
    if (orientation >= 5) std::swap(turned.width, turned.height);
    for (std::uint32_t y = 0; y < picture.height; ++y) {
        for (std::uint32_t x = 0; x < picture.width; ++x) {
            const Place place = seen_at({x, y}, picture.width, picture.height, orientation);
            std::copy_n(picture.pixel(x, y), 4, turned.pixel(place.x, place.y));
        }
    }
    return turned;
}

void unweigh(RgbaPicture& picture) noexcept {
    for (std::size_t at = 0; at < picture.pixels.size(); at += 4) {
        const unsigned alpha = static_cast<unsigned char>(picture.pixels[at + 3]);
        if (alpha == 0 || alpha == 255) continue;
        for (std::size_t i = 0; i < 3; ++i) {
            const unsigned colour = static_cast<unsigned char>(picture.pixels[at + i]);
            picture.pixels[at + i] = static_cast<char>(std::min(255u, (colour * 255 + alpha / 2) / alpha));
        }
    }
}

bool is_opaque(const RgbaPicture& picture) noexcept {
    for (std::size_t at = 3; at < picture.pixels.size(); at += 4) {
        if (picture.pixels[at] != full) return false;
    }
    return true;
}

PngPicture png_of(const RgbaPicture& picture) {
    const Colours colours = colours_of(picture);
    PngPicture png;
    png.header = {picture.width, picture.height, 8, PngColour::rgb, false};
    if (colours.is_grey) png.header.colour = colours.is_opaque ? PngColour::grey : PngColour::grey_alpha;
    if (!colours.is_grey && !colours.is_opaque) png.header.colour = PngColour::rgb_alpha;
    if (colours.is_grey && colours.is_opaque && colours.is_black_or_white) png.header.depth = 1;
    png.rows.reserve(png_rows_bytes(png.header));
    std::string row, above(png_rows_bytes({picture.width, 1, 8, png.header.colour, false}) - 1, '\0');
    for (std::uint32_t y = 0; y < picture.height; ++y) {
        if (png.header.depth == 1) {
            append_bits(picture, y, png.rows);
            continue;
        }
        take_samples(picture, y, png.header.colour, row);
        append_filtered_row(png.rows, row, above, png.header.pixel_bits() / 8);
        above.swap(row);
    }
    return png;
}

}  // namespace mugaika::codec
