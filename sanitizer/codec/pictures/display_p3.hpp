// Display P3, the wider colours of phones, brought to sRGB, which a picture without a profile is shown in.
#pragma once

#include "sanitizer/codec/pictures/rgba_picture.hpp"

namespace mugaika::codec {

// Whole numbers only, so that the bytes are the same on any machine. Greys stay as they are; a colour that sRGB does
// not have becomes the one at its edge.
void p3_to_srgb(RgbaPicture&);

}  // namespace mugaika::codec
