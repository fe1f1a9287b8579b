#include "sanitizer/codec/pictures/png_rows.hpp"

#include <algorithm>
#include <cstdlib>

namespace mugaika::codec {
namespace {

constexpr unsigned filter_none = 0, filter_sub = 1, filter_up = 2, filter_average = 3, filter_paeth = 4;

unsigned byte_of(char c) noexcept { return static_cast<unsigned char>(c); }

// ISO 15948 9.4.
unsigned paeth(unsigned left, unsigned above, unsigned corner) noexcept {
    const int estimate = static_cast<int>(left) + static_cast<int>(above) - static_cast<int>(corner);
    const int to_left = std::abs(estimate - static_cast<int>(left));
    const int to_above = std::abs(estimate - static_cast<int>(above));
    const int to_corner = std::abs(estimate - static_cast<int>(corner));
    if (to_left <= to_above && to_left <= to_corner) return left;
    return to_above <= to_corner ? above : corner;
}

// `row` and `above` point behind the filter byte; `above` is null for the first row. A pixel is at most a byte, so the
// byte to the left is the one before.
void unfilter(char* row, const char* above, std::size_t size, unsigned filter) noexcept {
    unsigned left = 0, corner = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const unsigned up = above ? byte_of(above[i]) : 0;
        left = (byte_of(row[i]) + png_predicted(filter, left, up, corner)) & 0xff;
        corner = up;
        row[i] = static_cast<char>(left);
    }
}

}  // namespace

unsigned png_predicted(unsigned filter, unsigned left, unsigned above, unsigned corner) noexcept {
    switch (filter) {
        case filter_sub:
            return left;
        case filter_up:
            return above;
        case filter_average:
            return (left + above) / 2;
        case filter_paeth:
            return paeth(left, above, corner);
        default:
            return 0;
    }
}

bool has_known_filters(const std::string& rows, const PngHeader& header) noexcept {
    std::size_t at = 0;
    for (const PngPass& pass : png_passes(header)) {
        for (std::uint32_t row = 0; row < pass.rows; ++row, at += pass.row_bytes + 1) {
            if (byte_of(rows[at]) > filter_paeth) return false;
        }
    }
    return true;
}

void make_packed_rows_plain(std::string& rows, const PngHeader& header) noexcept {
    std::size_t at = 0;
    for (const PngPass& pass : png_passes(header)) {
        const std::size_t begin = at;
        const char* above = nullptr;
        for (std::uint32_t row = 0; row < pass.rows; ++row, at += pass.row_bytes + 1) {
            char* const samples = rows.data() + at + 1;
            unfilter(samples, above, pass.row_bytes, byte_of(rows[at]));
            rows[at] = static_cast<char>(filter_none);
            above = samples;
        }
        // Only now: filters count these bits in, too.
        const auto used = pass.row_pixels * std::uint64_t{header.depth} % 8;
        const auto mask = used == 0 ? 0xffu : 0xff00u >> used & 0xff;
        for (std::size_t row = begin; row < at; row += pass.row_bytes + 1) {
            char& last = rows[row + pass.row_bytes];
            last = static_cast<char>(byte_of(last) & mask);
        }
    }
}

void narrow_palette_rows(PngPicture& picture) noexcept {
    PngHeader& header = picture.header;
    const std::size_t colours = std::max(picture.palette.size() / 3, picture.transparency.size());
    const std::size_t wide_bytes = header.width + std::size_t{1};
    header.depth = colours <= 2 ? 1 : colours <= 4 ? 2 : colours <= 16 ? 4 : 8;
    const std::size_t narrow_bytes = png_passes(header)[0].row_bytes + 1;
    for (std::size_t y = 0; y < header.height; ++y) {
        // In place: what is written lies before what is still to be read.
        const char* const pixels = picture.rows.data() + y * wide_bytes + 1;
        char* const out = picture.rows.data() + y * narrow_bytes + 1;
        unsigned bits = 0;
        for (std::size_t x = 0; x < header.width; ++x) {
            const unsigned pixel = byte_of(pixels[x]) < colours ? byte_of(pixels[x]) : 0;
            const auto used = static_cast<unsigned>((x + 1) * header.depth % 8);  // of the byte; 0 when it is full
            bits = bits << header.depth | pixel;
            if (used == 0 || x + 1 == header.width) {
                out[x * header.depth / 8] = static_cast<char>(bits << (used == 0 ? 0 : 8 - used));
                bits = 0;
            }
        }
        out[-1] = static_cast<char>(filter_none);
    }
    picture.rows.resize(narrow_bytes * header.height);
}

}  // namespace mugaika::codec
