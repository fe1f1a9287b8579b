// A picture as a library decoded it, four bytes a pixel, on its way to PNG.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sanitizer/codec/pictures/png_writer.hpp"
#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

struct RgbaPicture {
    std::uint32_t width = 0, height = 0;
    std::string pixels;  // red, green, blue, alpha; rows from the top; alpha is not weighed into the colours

    char* pixel(std::uint32_t x, std::uint32_t y) noexcept { return pixels.data() + (std::size_t{y} * width + x) * 4; }
    const char* pixel(std::uint32_t x, std::uint32_t y) const noexcept {
        return pixels.data() + (std::size_t{y} * width + x) * 4;
    }
};

// Takes pixels and bytes of a picture of that size from the purse, and of the rows that will be made of it.
std::optional<FileNotMade> pay_for_rgba(std::uint32_t width, std::uint32_t height, FilePurse&, std::string_view format);

// Turned so that it needs no orientation (1 to 8, as Exif has them).
RgbaPicture upright(RgbaPicture, int orientation);

// Takes alpha out of colours that were weighed by it.
void unweigh(RgbaPicture&) noexcept;

bool is_opaque(const RgbaPicture&) noexcept;

// In the smallest kind that holds all its colours: one bit, grey, RGB, with alpha where there is one.
PngPicture png_of(const RgbaPicture&);

}  // namespace mugaika::codec
