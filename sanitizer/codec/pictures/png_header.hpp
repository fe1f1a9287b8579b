// What a PNG's first chunk says, and how many bytes of rows that makes (ISO 15948 8.2, 11.2.1).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace mugaika::codec {

enum class PngColour : std::uint8_t { grey = 0, rgb = 2, palette = 3, grey_alpha = 4, rgb_alpha = 6 };

struct PngHeader {
    std::uint32_t width = 0;  // 1 to 2^31 - 1, as the height
    std::uint32_t height = 0;
    std::uint8_t depth = 8;
    PngColour colour = PngColour::rgb;
    bool is_interlaced = false;

    std::uint32_t pixel_bits() const noexcept;
};

inline constexpr std::size_t png_header_bytes = 13;

// Nothing when it is none, or one that the standard does not know.
std::optional<PngHeader> read_png_header(std::string_view untrusted) noexcept;

// Rows of one size that follow each other; each has a filter byte before `row_bytes`.
struct PngPass {
    std::uint64_t row_bytes = 0;
    std::uint32_t rows = 0;
    std::uint32_t row_pixels = 0;
};

// The one pass, or the seven of Adam7; empty ones have no rows.
std::array<PngPass, 7> png_passes(const PngHeader&) noexcept;

// Filter bytes included. Cannot overflow for a picture whose pixels were paid.
std::uint64_t png_rows_bytes(const PngHeader&) noexcept;

}  // namespace mugaika::codec
