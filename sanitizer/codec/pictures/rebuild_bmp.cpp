#include "sanitizer/codec/pictures/rebuild_bmp.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>
#include <utility>

#include "sanitizer/codec/pictures/big_endian.hpp"
#include "sanitizer/codec/pictures/bmp_header.hpp"
#include "sanitizer/codec/pictures/bmp_rle.hpp"
#include "sanitizer/codec/pictures/made_png.hpp"
#include "sanitizer/codec/pictures/png_filter.hpp"
#include "sanitizer/codec/pictures/png_rows.hpp"

namespace mugaika::codec {
namespace {

constexpr std::uint32_t density_max = 1'000'000;  // as pHYs has it here

// Rows from the top; fewer bytes, or none, where the file ends before.
std::string_view row_of(const BmpHeader& header, std::uint32_t y) noexcept {
    const std::size_t row = header.is_top_down ? y : header.height - 1 - y;
    const std::size_t at = row * header.row_bytes();
    return at < header.pixels.size() ? header.pixels.substr(at, header.row_bytes()) : std::string_view();
}

bool has_all_rows(const BmpHeader& header) noexcept {
    // Some writers leave out the padding of the last row.
    const std::size_t last = (std::size_t{header.width} * header.bits + 7) / 8;
    return header.pixels.size() >= (header.height - std::size_t{1}) * header.row_bytes() + last;
}

// A sample of up to 32 bits, as one of 8.
std::uint8_t sample_of(std::uint32_t pixel, std::uint32_t mask) noexcept {
    if (mask == 0) return 0;
    const auto shift = std::countr_zero(mask);
    const std::uint64_t most = mask >> shift, value = (pixel & mask) >> shift;
    return static_cast<std::uint8_t>((value * 255 + most / 2) / most);
}

void unpack_indices(const BmpHeader& header, std::string& rows) noexcept {
    for (std::uint32_t y = 0; y < header.height; ++y) {
        const std::string_view row = row_of(header, y);
        char* const pixels = rows.data() + y * (header.width + std::size_t{1}) + 1;
        for (std::uint32_t x = 0; x < header.width; ++x) {
            const std::size_t bit = std::size_t{x} * header.bits;
            const unsigned shift = 8 - header.bits - static_cast<unsigned>(bit % 8);
            pixels[x] = static_cast<char>(byte_at(row, bit / 8) >> shift & ((1u << header.bits) - 1));
        }
    }
}

// RGBA, or RGB when `samples` is 3.
void unpack_colours(const BmpHeader& header, std::string_view row, unsigned samples, std::string& out) {
    const std::size_t size = header.bits / 8;
    for (std::uint32_t x = 0; x < header.width; ++x) {
        const std::uint32_t pixel = little_endian(row, x * size, size);
        for (unsigned i = 0; i < samples; ++i) {
            // 24 bits have no masks, and no alpha: three samples.
            const unsigned sample =
                header.bits == 24 ? pixel >> (16 - 8 * i) & 0xff : sample_of(pixel, header.masks[i]);
            out[std::size_t{x} * samples + i] = static_cast<char>(sample);
        }
    }
}

// An alpha that is 0 everywhere was not meant.
bool uses_alpha(const BmpHeader& header) noexcept {
    if (header.has_palette() || header.masks[3] == 0) return false;
    const std::size_t size = header.bits / 8;
    for (std::uint32_t y = 0; y < header.height; ++y) {
        const std::string_view row = row_of(header, y);
        for (std::uint32_t x = 0; x < header.width; ++x) {
            if ((little_endian(row, x * size, size) & header.masks[3]) != 0) return true;
        }
    }
    return false;
}

// False when pixels are missing.
bool fill_palette_picture(const BmpHeader& header, PngPicture& picture) {
    picture.palette = header.palette;
    picture.rows.assign(png_rows_bytes(picture.header), '\0');
    if (header.packing != BmpPacking::none) return unpack_bmp_rle(header, picture.rows);
    unpack_indices(header, picture.rows);
    return has_all_rows(header);
}

bool fill_colour_picture(const BmpHeader& header, PngPicture& picture) {
    const unsigned samples = picture.header.pixel_bits() / 8;
    std::string above(std::size_t{header.width} * samples, '\0'), row = above;
    picture.rows.reserve(png_rows_bytes(picture.header));
    for (std::uint32_t y = 0; y < header.height; ++y) {
        unpack_colours(header, row_of(header, y), samples, row);
        append_filtered_row(picture.rows, row, above, samples);
        above.swap(row);
    }
    return has_all_rows(header);
}

}  // namespace

FileOutcome rebuild_bmp(std::string_view untrusted, FilePurse& purse) {
    auto read = read_bmp_header(untrusted);
    if (auto* refusal = std::get_if<FileNotMade>(&read)) return std::move(*refusal);
    const auto& header = std::get<BmpHeader>(read);
    if (header.pixels.empty()) return FileNotMade{Reason::document_damaged, "bmp: no pixels"};
    PngPicture picture;
    picture.header = {header.width, header.height, 8, PngColour::rgb_alpha, false};
    if (header.has_palette()) picture.header.colour = PngColour::palette;
    if (auto refusal = pay_for_rows(picture.header, purse, "bmp")) return std::move(*refusal);
    if (!header.has_palette() && !uses_alpha(header)) picture.header.colour = PngColour::rgb;
    const std::uint32_t x = header.x_per_metre, y = header.y_per_metre;
    if (x >= 1 && x <= density_max && y >= 1 && y <= density_max) picture.shown.density = {x, y, true};
    const bool is_whole =
        header.has_palette() ? fill_palette_picture(header, picture) : fill_colour_picture(header, picture);
    if (header.has_palette()) narrow_palette_rows(picture);
    std::vector<Loss> losses;
    if (header.has_profile) add_loss(losses, Reason::colour_profile_dropped);
    if (!is_whole) add_loss(losses, Reason::picture_damaged);
    return made_png(picture, std::move(losses), purse, "bmp");
}

}  // namespace mugaika::codec
