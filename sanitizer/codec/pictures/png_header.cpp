#include "sanitizer/codec/pictures/png_header.hpp"

#include "sanitizer/codec/pictures/big_endian.hpp"

namespace mugaika::codec {
namespace {

constexpr std::uint32_t side_max = 0x7fff'ffff;

// Bit n stands for a depth of n (ISO 15948 table 11.1).
std::uint32_t depths_of(std::uint8_t colour) noexcept {
    switch (colour) {
        case 0:
            return 1u << 1 | 1u << 2 | 1u << 4 | 1u << 8 | 1u << 16;
        case 3:
            return 1u << 1 | 1u << 2 | 1u << 4 | 1u << 8;
        case 2:
        case 4:
        case 6:
            return 1u << 8 | 1u << 16;
        default:
            return 0;
    }
}

struct Adam7 {
    std::uint32_t x, y, x_step, y_step;
};
constexpr std::array<Adam7, 7> adam7 = {
    {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}};

std::uint32_t steps(std::uint32_t size, std::uint32_t from, std::uint32_t step) noexcept {
    return size > from ? (size - from - 1) / step + 1 : 0;
}

PngPass pass_of(std::uint32_t width, std::uint32_t height, std::uint32_t pixel_bits) noexcept {
    if (width == 0 || height == 0) return {};
    return {(std::uint64_t{width} * pixel_bits + 7) / 8, height, width};
}

}  // namespace

std::uint32_t PngHeader::pixel_bits() const noexcept {
    switch (colour) {
        case PngColour::grey:
        case PngColour::palette:
            return depth;
        case PngColour::grey_alpha:
            return 2u * depth;
        case PngColour::rgb:
            return 3u * depth;
        case PngColour::rgb_alpha:
            return 4u * depth;
    }
    return 0;
}

std::optional<PngHeader> read_png_header(std::string_view untrusted) noexcept {
    if (untrusted.size() != png_header_bytes) return std::nullopt;
    PngHeader header;
    header.width = big_endian(untrusted, 0, 4);
    header.height = big_endian(untrusted, 4, 4);
    header.depth = byte_at(untrusted, 8);
    const std::uint8_t colour = byte_at(untrusted, 9);
    header.colour = static_cast<PngColour>(colour);
    header.is_interlaced = byte_at(untrusted, 12) == 1;
    const bool is_size =
        header.width >= 1 && header.width <= side_max && header.height >= 1 && header.height <= side_max;
    const bool is_kind = header.depth <= 16 && (depths_of(colour) >> header.depth & 1) == 1;
    const bool is_method = byte_at(untrusted, 10) == 0 && byte_at(untrusted, 11) == 0 && byte_at(untrusted, 12) <= 1;
    if (!is_size || !is_kind || !is_method) return std::nullopt;
    return header;
}

std::array<PngPass, 7> png_passes(const PngHeader& header) noexcept {
    std::array<PngPass, 7> passes;
    if (!header.is_interlaced) {
        passes[0] = pass_of(header.width, header.height, header.pixel_bits());
        return passes;
    }
    for (std::size_t i = 0; i < passes.size(); ++i) {
        passes[i] = pass_of(steps(header.width, adam7[i].x, adam7[i].x_step),
                            steps(header.height, adam7[i].y, adam7[i].y_step), header.pixel_bits());
    }
    return passes;
}

std::uint64_t png_rows_bytes(const PngHeader& header) noexcept {
    std::uint64_t bytes = 0;
    for (const PngPass& pass : png_passes(header)) bytes += (pass.row_bytes + 1) * pass.rows;
    return bytes;
}

}  // namespace mugaika::codec
