// What a colour profile comes to (ICC.1:2022). A profile never leaves: it is a program for colour engines, and room for
// whatever its maker liked to add.
#pragma once

#include <string_view>

namespace mugaika::codec {

// True when leaving the profile out changes no colour that an eye can tell: an RGB display profile with the primaries
// of sRGB, or a grey one. A picture without a profile is shown as sRGB.
bool is_like_srgb(std::string_view untrusted_profile) noexcept;

// The same for Display P3, which phones photograph in.
bool is_like_display_p3(std::string_view untrusted_profile) noexcept;

}  // namespace mugaika::codec
