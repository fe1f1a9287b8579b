// The picture abc/def, stored so that it has to be turned, and as it is to be seen.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "tests/support/made_pictures.hpp"

namespace mugaika::test {

struct Turned {
    int orientation;
    std::uint32_t width;
    std::string_view rows;  // one after the other
};
// CIPA DC-008: where row 0 and column 0 of what is stored are seen.
inline constexpr std::array all_turned = {
    Turned{1, 3, "abcdef"},  // top, left
    Turned{2, 3, "cbafed"},  // top, right
    Turned{3, 3, "fedcba"},  // bottom, right
    Turned{4, 3, "defabc"},  // bottom, left
    Turned{5, 2, "adbecf"},  // left, top
    Turned{6, 2, "daebfc"},  // right, top
    Turned{7, 2, "fcebda"},  // right, bottom
    Turned{8, 2, "cfbead"},  // left, bottom
};

inline std::string turned_samples(const Turned& turned) {
    PngWanted png;
    png.colour = 0;
    png.width = turned.width;
    png.height = 6 / turned.width;
    for (std::size_t at = 0; at < turned.rows.size(); at += turned.width) {
        png.rows += '\0';
        png.rows += turned.rows.substr(at, turned.width);
    }
    return png_samples(png_of(png));
}

}  // namespace mugaika::test
