#include "sanitizer/codec/pictures/png_writer.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <new>
#include <string_view>

#include "policy/c_handle.hpp"
#include "sanitizer/codec/pictures/big_endian.hpp"
#include "sanitizer/codec/pictures/png_chunks.hpp"

namespace mugaika::codec {
namespace {

// A photograph of 12 million pixels: level 6 takes 0.7 s, level 3 half of that for 1 % more bytes.
constexpr std::size_t small_rows_bytes = 8u << 20;
constexpr int small_level = 6, large_level = 3;
constexpr std::size_t frame_bytes = 2000;  // all chunks around IDAT, the largest palette included

void append_chunk(std::string& out, std::string_view type, std::string_view data) {
    append_big_endian(out, static_cast<std::uint32_t>(data.size()), 4);
    const std::size_t checked_at = out.size();
    out += type;
    out += data;
    append_big_endian(out, libdeflate_crc32(0, out.data() + checked_at, out.size() - checked_at), 4);
}

std::string header_data(const PngHeader& header) {
    std::string data;
    append_big_endian(data, header.width, 4);
    append_big_endian(data, header.height, 4);
    append_big_endian(data, header.depth, 1);
    append_big_endian(data, static_cast<std::uint32_t>(header.colour), 1);
    append_big_endian(data, 0, 2);  // the only methods of compression and filtering
    append_big_endian(data, header.is_interlaced ? 1 : 0, 1);
    return data;
}

void append_colours(std::string& out, const PngShown& shown) {
    std::string data;
    if (shown.srgb_intent) {
        append_big_endian(data, *shown.srgb_intent, 1);
        return append_chunk(out, "sRGB", data);
    }
    if (shown.gamma) {
        append_big_endian(data, *shown.gamma, 4);
        append_chunk(out, "gAMA", data);
    }
    if (shown.chromaticities) {
        data.clear();
        for (const std::uint32_t value : *shown.chromaticities) append_big_endian(data, value, 4);
        append_chunk(out, "cHRM", data);
    }
}

void append_density(std::string& out, const PngShown::Density& density) {
    std::string data;
    append_big_endian(data, density.x, 4);
    append_big_endian(data, density.y, 4);
    append_big_endian(data, density.is_per_metre ? 1 : 0, 1);
    append_chunk(out, "pHYs", data);
}

// With an entry for each value that a pixel can have, no pixel points outside.
std::string full_palette(const PngPicture& picture) {
    std::string palette = picture.palette;
    palette.resize(std::size_t{3} << picture.header.depth, '\0');
    return palette;
}

// "" when it is longer than the limit.
std::string deflated(std::string_view rows, std::uint64_t bytes_max) {
    const int level = rows.size() <= small_rows_bytes ? small_level : large_level;
    const CHandle<libdeflate_compressor, libdeflate_free_compressor> compressor(libdeflate_alloc_compressor(level));
    if (!compressor) throw std::bad_alloc();
    const std::size_t bound = libdeflate_zlib_compress_bound(compressor.get(), rows.size());
    std::string out(std::min<std::uint64_t>(bound, bytes_max), '\0');
    out.resize(libdeflate_zlib_compress(compressor.get(), rows.data(), rows.size(), out.data(), out.size()));
    return out;
}

}  // namespace

std::optional<std::string> write_png(const PngPicture& picture, std::uint64_t bytes_max) {
    if (bytes_max < frame_bytes) return std::nullopt;
    std::string made;
    if (picture.packed_rows.empty()) made = deflated(picture.rows, bytes_max - frame_bytes);
    const std::string_view data = picture.packed_rows.empty() ? made : picture.packed_rows;
    if (data.empty() || data.size() > bytes_max - frame_bytes) return std::nullopt;
    std::string out(png_signature);
    out.reserve(data.size() + frame_bytes);
    append_chunk(out, "IHDR", header_data(picture.header));
    append_colours(out, picture.shown);
    if (picture.header.colour == PngColour::palette) append_chunk(out, "PLTE", full_palette(picture));
    if (!picture.transparency.empty()) append_chunk(out, "tRNS", picture.transparency);
    if (picture.shown.density) append_density(out, *picture.shown.density);
    append_chunk(out, "IDAT", data);
    append_chunk(out, "IEND", {});
    return out;
}

}  // namespace mugaika::codec
