#include "sanitizer/codec/pictures/display_p3.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

namespace mugaika::codec {
namespace {

constexpr std::int32_t full_light = 65535;
constexpr std::size_t light_steps = 4096;

// Newton's way to the fifth root, for 0 < value <= 1; by basic operations, which are the same everywhere.
constexpr double fifth_root(double value) {
    double root = 1;
    for (int i = 0; i < 40; ++i) root = (4 * root + value / (root * root * root * root)) / 5;
    return root;
}

// IEC 61966-2-1, which both spaces use: from a sample to its light. 12/5 is the 2.4 of the standard.
constexpr double light_of(double sample) {
    if (sample <= 0.04045) return sample / 12.92;
    const double root = fifth_root((sample + 0.055) / 1.055);
    const double squared = root * root, fourth = squared * squared;
    return fourth * fourth * fourth;
}

// For each sample its light, and the light from which on it is the nearest sample.
struct Curve {
    std::array<std::int32_t, 256> light{}, begins{};
};
constexpr Curve curve = [] {
    Curve made;
    for (std::size_t i = 0; i < made.light.size(); ++i) {
        const auto sample = static_cast<double>(i);
        made.light[i] = static_cast<std::int32_t>(light_of(sample / 255) * full_light + 0.5);
        if (i > 0) made.begins[i] = static_cast<std::int32_t>(light_of((sample - 0.5) / 255) * full_light + 0.5);
    }
    return made;
}();

// By the upper bits of the light: the least sample that may be the nearest.
constexpr std::array<std::uint8_t, light_steps> least_samples = [] {
    std::array<std::uint8_t, light_steps> made{};
    std::size_t sample = 0;
    for (std::size_t step = 0; step < light_steps; ++step) {
        const auto light = static_cast<std::int32_t>(step * (full_light + 1) / light_steps);
        while (sample < 255 && curve.begins[sample + 1] <= light) ++sample;
        made[step] = static_cast<std::uint8_t>(sample);
    }
    return made;
}();

char sample_of(std::int32_t light) noexcept {
    light = std::clamp(light, 0, full_light);
    std::size_t sample = least_samples[static_cast<std::size_t>(light) * light_steps / (full_light + 1)];
    while (sample < 255 && curve.begins[sample + 1] <= light) ++sample;
    return static_cast<char>(sample);
}

// SMPTE EG 432-1 primaries to those of BT.709, white D65 in both; in 1/65536, each row is 1 together.
constexpr std::array<std::array<std::int64_t, 3>, 3> matrix = {{
    {80'278, -14'742, 0},
    {-2'756, 68'292, 0},
    {-1'287, -5'153, 71'976},
}};
constexpr std::int64_t one = 65536;
static_assert(std::all_of(matrix.begin(), matrix.end(),
                          [](const auto& row) { return row[0] + row[1] + row[2] == one; }));

}  // namespace

void p3_to_srgb(RgbaPicture& picture) {
    for (std::size_t at = 0; at + 3 < picture.pixels.size(); at += 4) {
        std::array<std::int64_t, 3> light{};
        for (std::size_t i = 0; i < 3; ++i) light[i] = curve.light[static_cast<unsigned char>(picture.pixels[at + i])];
        for (std::size_t i = 0; i < 3; ++i) {
            const std::int64_t sum = matrix[i][0] * light[0] + matrix[i][1] * light[1] + matrix[i][2] * light[2];
            picture.pixels[at + i] = sample_of(static_cast<std::int32_t>((sum + one / 2) >> 16));
        }
    }
}

}  // namespace mugaika::codec
