#include "sanitizer/codec/pictures/png_rows.hpp"

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

unsigned predicted(unsigned filter, unsigned left, unsigned above, unsigned corner) noexcept {
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
            return filter_none;
    }
}

// `row` and `above` point behind the filter byte; `above` is null for the first row. A pixel is at most a byte, so the
// byte to the left is the one before.
void unfilter(char* row, const char* above, std::size_t size, unsigned filter) noexcept {
    unsigned left = 0, corner = 0;
    for (std::size_t i = 0; i < size; ++i) {
        const unsigned up = above ? byte_of(above[i]) : 0;
        left = (byte_of(row[i]) + predicted(filter, left, up, corner)) & 0xff;
        corner = up;
        row[i] = static_cast<char>(left);
    }
}

}  // namespace

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

}  // namespace mugaika::codec
