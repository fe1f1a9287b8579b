// What it may cost to make pictures of the pages of one document. Reached: the file stays quarantined as
// too_many_pixels, before a page is drawn.
#pragma once

#include <cstdint>

namespace mugaika {

struct PageLimits {
    std::uint32_t pages_max = 300;
    std::uint64_t pixels_max = 750'000'000;      // of all pages: 340 of A4 at 150 dpi
    std::uint64_t page_pixels_max = 50'000'000;  // of one: A0 at 150 dpi has 35 million
    std::uint32_t side_points_max = 14'400;      // what readers of PDF promise (ISO 32000-1 annex C.2)
    std::uint64_t drawn_bytes_max = 160u << 20;  // of what the engine draws, as JPEGs
};

}  // namespace mugaika
