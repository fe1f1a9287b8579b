// HEIC and AVIF files that tests make, by libheif's encoders and by hand.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika::test {

inline constexpr std::uint32_t heif_block = 32;  // the side of a block, in pixels

using HeifColour = std::array<std::uint8_t, 4>;  // red, green, blue, alpha

struct HeifWanted {
    std::uint32_t columns = 3;
    std::vector<HeifColour> blocks = {{20, 20, 20, 255},    {60, 60, 60, 255},    {100, 100, 100, 255},
                                      {140, 140, 140, 255}, {180, 180, 180, 255}, {220, 220, 220, 255}};
    bool is_avif = false;
    bool has_alpha = false;       // of the blocks; otherwise it is not written
    int orientation = 1;          // as Exif counts, written as irot and imir
    std::string exif, xmp;        // Exif from its byte order mark on
    std::string profile;          // ICC
    int primaries = 0;            // of ITU-T H.273; 0: not said
    int transfer = 13;            // with them
    std::uint32_t thumbnail = 0;  // its longer side; 0: none
    int pictures = 1;             // the same one, that often
};
std::string heif_of(const HeifWanted&);

// What phones write: square tiles of two blocks a side, one colour each, `columns` of them a row, that a grid of that
// size in pixels puts together.
struct GridWanted {
    std::vector<std::uint8_t> greys;  // of each tile
    std::uint32_t columns = 2, width = 128, height = 128;
    std::uint32_t stated_width = 0, stated_height = 0;  // in the property of the grid; 0: the same
};
std::string heif_grid_of(const GridWanted&);

// What stands in the first property "ispe" becomes that.
std::string with_stated_size(std::string heif, std::uint32_t width, std::uint32_t height);

}  // namespace mugaika::test
