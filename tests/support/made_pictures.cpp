#include "tests/support/made_pictures.hpp"

#include <libdeflate.h>
#include <png.h>

#include <cmath>
#include <csetjmp>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <stdexcept>

#include <jpeglib.h>  // wants <cstdio> before

#include "sanitizer/codec/pictures/png_header.hpp"

namespace mugaika::test {
namespace {

using namespace std::string_literals;

J_COLOR_SPACE colour_space_of(JpegColours colours) {
    switch (colours) {
        case JpegColours::grey:
            return JCS_GRAYSCALE;
        case JpegColours::ycc:
            return JCS_YCbCr;
        case JpegColours::rgb:
            return JCS_RGB;
        case JpegColours::cmyk:
            return JCS_CMYK;
        case JpegColours::ycck:
            return JCS_YCCK;
    }
    return JCS_UNKNOWN;
}

// Edges, ramps and some noise, the same each time.
JSAMPLE sample(std::uint32_t x, std::uint32_t y, std::uint32_t channel) {
    const std::uint32_t noise = (x * 7919 + y * 104729 + channel * 31) * 2654435761u >> 28;
    const std::uint32_t edge = (x / 9 + y / 7) % 2 * 90;
    return static_cast<JSAMPLE>((x * 3 + y * (2 + channel) + edge + noise) % 256);
}

void set_tables(jpeg_compress_struct& out, const JpegWanted& wanted) {
    if (wanted.quantisation_factor == 0) return jpeg_set_quality(&out, wanted.quality, TRUE);
    std::vector<unsigned> table(64, static_cast<unsigned>(wanted.quantisation_factor));
    for (int i = 0; i < 2; ++i) jpeg_add_quant_table(&out, i, table.data(), 100, FALSE);
}

struct MemoryOut {
    unsigned char* bytes = nullptr;
    unsigned long size = 0;
    MemoryOut() = default;
    MemoryOut(const MemoryOut&) = delete;
    MemoryOut& operator=(const MemoryOut&) = delete;
    ~MemoryOut() { std::free(bytes); }
    std::string str() const { return {reinterpret_cast<const char*>(bytes), size}; }
};

// libjpeg prints warnings to a terminal otherwise.
void quiet(jpeg_error_mgr& errors) {
    jpeg_std_error(&errors);
    errors.emit_message = [](j_common_ptr, int) {};
}

}  // namespace

std::string be(std::uint32_t value, unsigned size) {
    std::string out;
    for (unsigned i = size; i > 0; --i) out.push_back(static_cast<char>(value >> (8 * (i - 1)) & 0xff));
    return out;
}

std::string jpeg_of(const JpegWanted& wanted) {
    jpeg_error_mgr errors;
    jpeg_compress_struct out{};
    quiet(errors);
    out.err = &errors;
    jpeg_create_compress(&out);
    MemoryOut memory;
    jpeg_mem_dest(&out, &memory.bytes, &memory.size);
    out.image_width = wanted.width;
    out.image_height = wanted.height;
    out.in_color_space = colour_space_of(wanted.colours);
    out.input_components = wanted.colours == JpegColours::grey ? 1 : wanted.colours >= JpegColours::cmyk ? 4 : 3;
    jpeg_set_defaults(&out);
    jpeg_set_colorspace(&out, out.in_color_space);
    set_tables(out, wanted);
    out.comp_info[0].h_samp_factor = wanted.h;
    out.comp_info[0].v_samp_factor = wanted.v;
    if (wanted.colours == JpegColours::cmyk) out.write_Adobe_marker = wanted.has_adobe;
    if (wanted.is_progressive) jpeg_simple_progression(&out);
    out.arith_code = wanted.is_arithmetic;
    out.restart_interval = wanted.restart_interval;
    if (wanted.dots_per_inch > 0) {
        out.density_unit = 1;
        out.X_density = out.Y_density = static_cast<UINT16>(wanted.dots_per_inch);
    }
    jpeg_start_compress(&out, TRUE);
    for (const auto& [marker, content] : wanted.segments) {
        jpeg_write_marker(&out, marker, reinterpret_cast<const JOCTET*>(content.data()),
                          static_cast<unsigned>(content.size()));
    }
    const auto channels = static_cast<std::uint32_t>(out.input_components);
    std::vector<JSAMPLE> row(wanted.width * channels);
    for (std::uint32_t y = 0; y < wanted.height; ++y) {
        for (std::uint32_t i = 0; i < row.size(); ++i) {
            row[i] = sample(i / channels, y, i % channels);
            if (wanted.luminance.empty()) continue;
            const char grey = wanted.luminance[std::size_t{y} * wanted.width + i / channels];
            row[i] = i % channels == 0 ? static_cast<JSAMPLE>(grey) : JSAMPLE{128};
        }
        JSAMPROW rows[] = {row.data()};
        jpeg_write_scanlines(&out, rows, 1);
    }
    jpeg_finish_compress(&out);
    jpeg_destroy_compress(&out);
    return memory.str();
}

std::string with_coefficient(std::string_view jpeg, int value) {
    jpeg_error_mgr errors;
    jpeg_decompress_struct in{};
    jpeg_compress_struct out{};
    quiet(errors);
    in.err = out.err = &errors;
    jpeg_create_decompress(&in);
    jpeg_create_compress(&out);
    jpeg_mem_src(&in, reinterpret_cast<const unsigned char*>(jpeg.data()), jpeg.size());
    jpeg_read_header(&in, TRUE);
    jvirt_barray_ptr* arrays = jpeg_read_coefficients(&in);
    JBLOCKARRAY blocks = in.mem->access_virt_barray(reinterpret_cast<j_common_ptr>(&in), arrays[0], 0, 1, TRUE);
    blocks[0][0][5] = static_cast<JCOEF>(value);
    MemoryOut memory;
    jpeg_mem_dest(&out, &memory.bytes, &memory.size);
    jpeg_copy_critical_parameters(&in, &out);
    out.arith_code = TRUE;
    jpeg_write_coefficients(&out, arrays);
    jpeg_finish_compress(&out);
    jpeg_destroy_compress(&out);
    jpeg_destroy_decompress(&in);
    return memory.str();
}

std::string jpeg_samples(std::string_view jpeg) {
    struct Errors : jpeg_error_mgr {
        std::jmp_buf back;
    } errors;
    jpeg_decompress_struct in{};
    quiet(errors);
    errors.error_exit = [](j_common_ptr picture) { std::longjmp(static_cast<Errors*>(picture->err)->back, 1); };
    in.err = &errors;
    std::string samples;
    if (setjmp(errors.back) != 0) {
        jpeg_destroy_decompress(&in);
        return {};
    }
    jpeg_create_decompress(&in);
    jpeg_mem_src(&in, reinterpret_cast<const unsigned char*>(jpeg.data()), jpeg.size());
    jpeg_read_header(&in, TRUE);
    in.out_color_space = in.jpeg_color_space;
    jpeg_start_decompress(&in);
    const std::size_t row_bytes = std::size_t{in.output_width} * static_cast<std::size_t>(in.output_components);
    samples.resize(row_bytes * in.output_height);
    while (in.output_scanline < in.output_height) {
        JSAMPROW rows[] = {reinterpret_cast<JSAMPROW>(samples.data() + row_bytes * in.output_scanline)};
        jpeg_read_scanlines(&in, rows, 1);
    }
    jpeg_destroy_decompress(&in);
    return samples;
}

std::string exif_with_orientation(int orientation, bool is_big_endian) {
    const auto number = [&](std::uint32_t value, unsigned size) {
        const std::string big = be(value, size);
        return is_big_endian ? big : std::string(big.rbegin(), big.rend());
    };
    std::string exif = "Exif\0\0"s + (is_big_endian ? "MM" : "II") + number(42, 2) + number(8, 4) + number(3, 2);
    exif += number(0x010f, 2) + number(2, 2) + number(4, 4) + "cam\0"s;
    exif += number(0x0112, 2) + number(3, 2) + number(1, 4) + number(static_cast<std::uint32_t>(orientation), 2) +
            number(0, 2);
    exif += number(0x8825, 2) + number(4, 2) + number(1, 4) + number(50, 4);  // where the GPS data is
    return exif + number(0, 4) + "GPS 35.6586N 139.7454E";
}

std::string png_chunk(std::string_view type, std::string_view data) {
    const std::string checked = std::string(type) + std::string(data);
    return be(static_cast<std::uint32_t>(data.size()), 4) + checked +
           be(libdeflate_crc32(0, checked.data(), checked.size()), 4);
}

std::string zlib_of(std::string_view bytes) {
    libdeflate_compressor* compressor = libdeflate_alloc_compressor(1);
    std::string out(libdeflate_zlib_compress_bound(compressor, bytes.size()), '\0');
    out.resize(libdeflate_zlib_compress(compressor, bytes.data(), bytes.size(), out.data(), out.size()));
    libdeflate_free_compressor(compressor);
    return out;
}

std::string png_rows_of(const PngWanted& wanted) {
    const codec::PngHeader header{wanted.width, wanted.height, wanted.depth,
                                  static_cast<codec::PngColour>(wanted.colour), wanted.is_interlaced};
    std::string rows;
    std::uint32_t state = 1;
    for (const codec::PngPass& pass : codec::png_passes(header)) {
        for (std::uint32_t row = 0; row < pass.rows; ++row) {
            rows.push_back(static_cast<char>((row + pass.row_bytes) % 5));
            for (std::uint64_t i = 0; i < pass.row_bytes; ++i) {
                state = state * 1664525 + 1013904223;
                rows.push_back(static_cast<char>(state >> 24));
            }
        }
    }
    return rows;
}

std::string png_of(const PngWanted& wanted) {
    std::string header = be(wanted.width, 4) + be(wanted.height, 4);
    header +=
        {static_cast<char>(wanted.depth), static_cast<char>(wanted.colour), 0, 0, wanted.is_interlaced ? '\1' : '\0'};
    std::string png = "\x89PNG\r\n\x1a\n" + png_chunk("IHDR", header);
    for (const auto& [type, data] : wanted.before_palette) png += png_chunk(type, data);
    if (!wanted.palette.empty()) png += png_chunk("PLTE", wanted.palette);
    for (const auto& [type, data] : wanted.before_rows) png += png_chunk(type, data);
    const std::string packed = zlib_of(wanted.rows.empty() ? png_rows_of(wanted) : wanted.rows);
    png += png_chunk("IDAT", packed.substr(0, packed.size() / 2)) + png_chunk("IDAT", packed.substr(packed.size() / 2));
    for (const auto& [type, data] : wanted.after_rows) png += png_chunk(type, data);
    return png + png_chunk("IEND", "") + wanted.behind_end;
}

std::string png_samples(std::string_view png) {
    png_image image{};
    image.version = PNG_IMAGE_VERSION;
    if (png_image_begin_read_from_memory(&image, png.data(), png.size()) == 0) return {};
    image.format = PNG_FORMAT_LINEAR_RGB_ALPHA;
    std::string samples(PNG_IMAGE_SIZE(image), '\0');
    if (png_image_finish_read(&image, nullptr, samples.data(), 0, nullptr) == 0) return {};
    return be(image.width, 4) + be(image.height, 4) + samples;
}

std::vector<std::pair<std::string, std::string>> png_chunks_of(std::string_view png) {
    std::vector<std::pair<std::string, std::string>> chunks;
    for (std::size_t at = 8; at + 12 <= png.size();) {
        std::size_t size = 0;
        for (std::size_t i = 0; i < 4; ++i) size = size << 8 | static_cast<unsigned char>(png[at + i]);
        chunks.emplace_back(png.substr(at + 4, 4), png.substr(at + 8, size));
        at += 12 + size;
    }
    return chunks;
}

}  // namespace mugaika::test
