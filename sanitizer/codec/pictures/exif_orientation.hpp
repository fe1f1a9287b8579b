// The one fact of Exif data that a picture needs: which way is up (CIPA DC-008 4.6.5, tag 0x0112).
#pragma once

#include <array>
#include <string_view>

namespace mugaika::codec {

// `untrusted_tiff` begins with the byte order mark. 1 to 8; 1 (upright) for everything that is not exactly one of them.
int exif_orientation(std::string_view untrusted_tiff) noexcept;

// The content of an APP1 segment that says this and nothing else.
inline constexpr std::size_t orientation_app1_bytes = 32;
std::array<char, orientation_app1_bytes> orientation_app1(int orientation) noexcept;

}  // namespace mugaika::codec
