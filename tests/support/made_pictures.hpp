// Pictures that tests make, and what another library than ours sees in them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace mugaika::test {

// Big endian, of 1 to 4 bytes.
std::string be(std::uint32_t value, unsigned size);

enum class JpegColours { grey, ycc, rgb, cmyk, ycck };

struct JpegWanted {
    std::uint32_t width = 40, height = 30;
    JpegColours colours = JpegColours::ycc;
    int h = 2, v = 2;  // sampling of the first component, the others have 1
    int quality = 80;
    bool is_progressive = false, is_arithmetic = false;
    unsigned restart_interval = 0;
    bool has_adobe = true;        // of CMYK
    int quantisation_factor = 0;  // above 0: all tables have this value, 16 bits where it must
    int dots_per_inch = 0;
    std::vector<std::pair<int, std::string>> segments;  // marker (0xe1) and content
    std::string luminance = {};                         // of YCbCr: the picture, in grey
};
std::string jpeg_of(const JpegWanted&);
// The same picture, arithmetic coding, with one coefficient of that value.
std::string with_coefficient(std::string_view jpeg, int value);
// Samples in the colour space of the file; "" when libjpeg cannot read it.
std::string jpeg_samples(std::string_view jpeg);

// A whole Exif APP1 content with orientation among other tags.
std::string exif_with_orientation(int orientation, bool is_big_endian);

struct PngWanted {
    std::uint32_t width = 13, height = 11;
    std::uint8_t depth = 8, colour = 2;
    bool is_interlaced = false;
    std::string palette;
    std::vector<std::pair<std::string, std::string>> before_palette, before_rows, after_rows;  // type and data
    std::string behind_end;
    std::string rows;  // "" makes them: every filter, and every bit is used
};
std::string png_chunk(std::string_view type, std::string_view data);
std::string png_of(const PngWanted&);
std::string png_rows_of(const PngWanted&);
std::string zlib_of(std::string_view bytes);
// 16 bits, four samples a pixel, colours as the file means them; "" when libpng cannot read it.
std::string png_samples(std::string_view png);
// Types and data, in order.
std::vector<std::pair<std::string, std::string>> png_chunks_of(std::string_view png);

}  // namespace mugaika::test
