#include "sanitizer/codec/pictures/icc_profile.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "sanitizer/codec/pictures/big_endian.hpp"

namespace mugaika::codec {
namespace {

constexpr std::size_t header_bytes = 128, tag_entry_bytes = 12;
constexpr std::uint32_t tags_max = 100;

struct Primary {
    std::string_view tag;
    std::array<std::int32_t, 3> xyz;  // s15Fixed16, adapted to D50 (IEC 61966-2-1)
};
using Primaries = std::array<Primary, 3>;
constexpr Primaries srgb = {{
    {"rXYZ", {28'583, 14'581, 912}},
    {"gXYZ", {25'239, 46'981, 6'363}},
    {"bXYZ", {9'379, 3'972, 46'786}},
}};
constexpr Primaries display_p3 = {{
    {"rXYZ", {33'759, 15'807, -69}},
    {"gXYZ", {19'135, 45'367, 2'745}},
    {"bXYZ", {10'296, 4'363, 51'385}},
}};
constexpr std::int32_t tolerance = 330;  // 0.005: rounding and the two usual ways of adaptation

std::string_view tag_content(std::string_view profile, std::string_view tag) noexcept {
    const std::uint32_t tags = big_endian(profile, header_bytes, 4);
    for (std::uint32_t i = 0; i < tags && i < tags_max; ++i) {
        const std::size_t entry = header_bytes + 4 + i * tag_entry_bytes;
        if (entry + tag_entry_bytes > profile.size()) return {};
        if (profile.substr(entry, 4) != tag) continue;
        const std::size_t at = big_endian(profile, entry + 4, 4);
        return at < profile.size() ? profile.substr(at, big_endian(profile, entry + 8, 4)) : std::string_view();
    }
    return {};
}

bool has_primary(std::string_view profile, const Primary& primary) noexcept {
    const std::string_view content = tag_content(profile, primary.tag);
    if (content.size() < 20 || !content.starts_with("XYZ ")) return false;
    for (std::size_t i = 0; i < 3; ++i) {
        const auto value = static_cast<std::int64_t>(static_cast<std::int32_t>(big_endian(content, 8 + 4 * i, 4)));
        if (value < primary.xyz[i] - tolerance || value > primary.xyz[i] + tolerance) return false;
    }
    return true;
}

bool is_rgb_of(std::string_view profile, const Primaries& primaries) noexcept {
    const bool is_whole = profile.size() >= header_bytes + 4;
    return is_whole && profile.substr(16, 4) == "RGB " &&
           std::all_of(primaries.begin(), primaries.end(),
                       [&](const Primary& primary) { return has_primary(profile, primary); });
}

}  // namespace

bool is_like_srgb(std::string_view untrusted_profile) noexcept {
    const bool is_whole = untrusted_profile.size() >= header_bytes + 4;
    return (is_whole && untrusted_profile.substr(16, 4) == "GRAY") || is_rgb_of(untrusted_profile, srgb);
}

bool is_like_display_p3(std::string_view untrusted_profile) noexcept {
    return is_rgb_of(untrusted_profile, display_p3);
}

}  // namespace mugaika::codec
