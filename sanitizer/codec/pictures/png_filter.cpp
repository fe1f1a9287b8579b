#include "sanitizer/codec/pictures/png_filter.hpp"

#include <array>
#include <cstdint>

#include "sanitizer/codec/pictures/png_rows.hpp"

namespace mugaika::codec {
namespace {

constexpr std::array<unsigned, 3> filters = {1, 2, 4};  // Sub, Up, Paeth

unsigned byte_of(char c) noexcept { return static_cast<unsigned char>(c); }

}  // namespace

void append_filtered_row(std::string& rows, std::string_view row, std::string_view above, unsigned pixel_bytes) {
    const auto filtered = [&](unsigned filter, std::size_t i) {
        const unsigned left = i < pixel_bytes ? 0 : byte_of(row[i - pixel_bytes]);
        const unsigned corner = i < pixel_bytes ? 0 : byte_of(above[i - pixel_bytes]);
        return (byte_of(row[i]) - png_predicted(filter, left, byte_of(above[i]), corner)) & 0xff;
    };
    unsigned best = 0;
    std::uint64_t least = UINT64_MAX;
    for (const unsigned filter : filters) {
        std::uint64_t sum = 0;
        for (std::size_t i = 0; i < row.size(); ++i) {
            const unsigned value = filtered(filter, i);
            sum += value < 128 ? value : 256 - value;
        }
        if (sum < least) best = filter;
        if (sum < least) least = sum;
    }
    rows.push_back(static_cast<char>(best));
    for (std::size_t i = 0; i < row.size(); ++i) rows.push_back(static_cast<char>(filtered(best, i)));
}

}  // namespace mugaika::codec
