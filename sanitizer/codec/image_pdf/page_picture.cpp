#include "sanitizer/codec/image_pdf/page_picture.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <cstdlib>
#include <new>
#include <optional>
#include <utility>

#include "policy/c_handle.hpp"
#include "policy/page_limits.hpp"
#include "sanitizer/codec/pictures/inflate.hpp"
#include "sanitizer/codec/pictures/jpeg_segments.hpp"
#include "sanitizer/codec/pictures/libjpeg.hpp"
#include "sanitizer/codec/pictures/rebuild_jpeg.hpp"

namespace mugaika::codec {
namespace {

using Made = std::variant<PagePicture, FileNotMade>;

constexpr int deflate_level = 6;
constexpr unsigned neutral = 128;           // of both colours of a grey pixel
constexpr unsigned white_shade = 15;        // of 16
constexpr unsigned dark = 32, light = 224;  // between them a pixel is neither paper nor ink
constexpr std::size_t photo_share = 50;     // one pixel in so many, shaded as no letter is, makes a photo

FileNotMade not_made(Reason why, const std::string& words) { return {why, "page: " + words}; }

// "" for a size that libdeflate cannot tell.
std::string deflated(std::string_view rows) {
    const CHandle<libdeflate_compressor, libdeflate_free_compressor> compressor(
        libdeflate_alloc_compressor(deflate_level));
    if (!compressor) throw std::bad_alloc();
    std::string out(libdeflate_zlib_compress_bound(compressor.get(), rows.size()), '\0');
    out.resize(libdeflate_zlib_compress(compressor.get(), rows.data(), rows.size(), out.data(), out.size()));
    return out;
}

// One page's JPEG on its way through libjpeg.
struct Decoding {
    explicit Decoding(std::string_view untrusted_bytes) : untrusted(untrusted_bytes), scans(1) { in.err = &errors; }
    ~Decoding() { jpeg_destroy_decompress(&in); }  // fit for a structure that was never created
    Decoding(const Decoding&) = delete;
    Decoding& operator=(const Decoding&) = delete;

    std::string_view untrusted;
    JpegErrors errors;
    JpegScanLimit scans;
    jpeg_decompress_struct in{};
    std::string luminance;
    bool is_grey = true;
};

// The two stand between jpeg_guarded() and libjpeg: nothing in them may need a destructor.
void read_header(void* job) {
    auto& page = *static_cast<Decoding*>(job);
    jpeg_create_decompress(&page.in);
    page.in.progress = &page.scans;
    jpeg_mem_src(&page.in, reinterpret_cast<const unsigned char*>(page.untrusted.data()), page.untrusted.size());
    jpeg_read_header(&page.in, TRUE);
}

// Stops at the first pixel that has a colour.
void read_luminance(void* job) {
    auto& [untrusted, errors, scans, in, luminance, is_grey] = *static_cast<Decoding*>(job);
    in.out_color_space = JCS_YCbCr;
    in.do_fancy_upsampling = FALSE;  // what is neutral stays so
    jpeg_start_decompress(&in);
    JSAMPARRAY row = in.mem->alloc_sarray(reinterpret_cast<j_common_ptr>(&in), JPOOL_IMAGE, in.output_width * 3, 1);
    char* out = luminance.data();
    while (in.output_scanline < in.output_height && is_grey) {
        jpeg_read_scanlines(&in, row, 1);
        const JSAMPLE* pixel = row[0];
        unsigned colour = 0;
        for (JDIMENSION x = 0; x < in.output_width; ++x, pixel += 3) {
            *out++ = static_cast<char>(pixel[0]);
            colour |= (pixel[1] ^ neutral) | (pixel[2] ^ neutral);
        }
        is_grey = colour == 0;
    }
    if (is_grey) jpeg_finish_decompress(&in);
}

// Pixels between ink and paper that differ a little from their neighbour: shading, as letters never have it.
bool is_photo(std::string_view luminance) noexcept {
    std::size_t shaded = 0;
    int before = 255;
    for (const char c : luminance) {
        const int here = static_cast<unsigned char>(c);
        const int step = std::abs(here - before);
        if (here > static_cast<int>(dark) && here < static_cast<int>(light) && step > 0 && step < 12) ++shaded;
        before = here;
    }
    return shaded > luminance.size() / photo_share;
}

constexpr unsigned shade_of(char luminance) noexcept { return (static_cast<unsigned char>(luminance) + 8u) / 17u; }

std::size_t row_bytes(PictureForm form, std::uint32_t width) noexcept {
    return form == PictureForm::grey ? (std::size_t{width} + 1) / 2 : (std::size_t{width} + 7) / 8;
}

// The bits of a row's last byte that are no pixel's.
void clear_behind_pixels(std::string& rows, PictureForm form, std::uint32_t width) noexcept {
    const unsigned bits = form == PictureForm::grey ? 4 : 1;
    const std::size_t stride = row_bytes(form, width);
    const auto unused = static_cast<unsigned>(stride * 8 - std::size_t{width} * bits);
    for (std::size_t last = stride - 1; last < rows.size(); last += stride) {
        rows[last] = static_cast<char>(static_cast<unsigned char>(rows[last]) >> unused << unused);
    }
}

std::string rows_of(std::string_view luminance, std::uint32_t width, PictureForm form) {
    const std::size_t stride = row_bytes(form, width);
    std::string rows(stride * (luminance.size() / width), '\0');
    const unsigned in_byte = form == PictureForm::grey ? 2 : 8, bits = 8 / in_byte;
    for (std::size_t at = 0, row = 0; at < luminance.size(); at += width, row += stride) {
        for (std::uint32_t x = 0; x < width; ++x) {
            const unsigned shade = shade_of(luminance[at + x]);
            const unsigned value = form == PictureForm::grey ? shade : shade / white_shade;
            char& byte = rows[row + x / in_byte];
            byte = static_cast<char>(static_cast<unsigned char>(byte) | value << (8 - bits - x % in_byte * bits));
        }
    }
    return rows;
}

Made paid(PagePicture picture, FilePurse& purse) {
    if (!purse.take_out(picture.data.size() + page_frame_bytes_max))
        return not_made(Reason::files_too_large, "larger than the purse when written");
    return picture;
}

Made by_coefficients(std::string_view untrusted, std::uint32_t width, std::uint32_t height, FilePurse& purse) {
    if (read_jpeg_segments(untrusted).orientation != 1) return not_made(Reason::not_representable, "a turned picture");
    FileLimits limits = purse.limits();
    limits.out_bytes_max = purse.out_left();
    FilePurse own(limits);
    FileOutcome outcome = rebuild_jpeg(untrusted, own);
    if (auto* why = std::get_if<FileNotMade>(&outcome)) return std::move(*why);
    auto& made = std::get<FileMade>(outcome);
    return paid({PictureForm::colour, width, height, std::move(made.untrusted_bytes)}, purse);
}

std::optional<FileNotMade> pay(std::uint64_t width, std::uint64_t height, FilePurse& purse) {
    if (width * height > PageLimits().page_pixels_max || !purse.take_pixels(width * height))
        return not_made(Reason::too_many_pixels, "more pixels than the purse holds");
    return std::nullopt;
}

}  // namespace

std::optional<PagePicture> packed_text(std::string_view luminance, std::uint32_t width, std::uint32_t height) {
    if (is_photo(luminance)) return std::nullopt;
    const bool has_two = std::all_of(luminance.begin(), luminance.end(),
                                     [](char c) { return shade_of(c) == 0 || shade_of(c) == white_shade; });
    const PictureForm form = has_two ? PictureForm::black_white : PictureForm::grey;
    return PagePicture{form, width, height, deflated(rows_of(luminance, width, form))};
}

namespace {

// Nothing: it is no page of text. What is wrong with a JPEG that was just written is nobody's fault but ours.
std::optional<PagePicture> text_in(std::string_view jpeg, std::uint32_t width, std::uint32_t height) {
    Decoding page(jpeg);
    if (!jpeg_guarded(page.errors, read_header, &page)) return std::nullopt;
    if (page.in.image_width != width || page.in.image_height != height) return std::nullopt;
    page.luminance.resize(std::size_t{width} * height);
    if (!jpeg_guarded(page.errors, read_luminance, &page) || !page.is_grey) return std::nullopt;
    return packed_text(page.luminance, width, height);
}

}  // namespace

Made page_picture(std::string_view untrusted_jpeg, FilePurse& purse) {
    Decoding page(untrusted_jpeg);
    if (!jpeg_guarded(page.errors, read_header, &page)) return not_made(Reason::document_damaged, page.errors.words());
    const std::uint32_t width = page.in.image_width, height = page.in.image_height;
    if (page.in.jpeg_color_space != JCS_YCbCr || page.in.num_components != 3)
        return not_made(Reason::not_representable, "not in the colours that engines draw in");
    if (jpeg_has_multiple_scans(&page.in)) return not_made(Reason::not_representable, "several scans");
    if (auto why = pay(width, height, purse)) return *std::move(why);
    page.luminance.resize(std::size_t{width} * height);
    if (!jpeg_guarded(page.errors, read_luminance, &page) || page.errors.damage > 0)
        return not_made(Reason::document_damaged, page.errors.words());
    if (page.is_grey) {
        if (auto text = packed_text(page.luminance, width, height)) return paid(*std::move(text), purse);
    }
    Made made = by_coefficients(untrusted_jpeg, width, height, purse);
    const auto* picture = std::get_if<PagePicture>(&made);
    // A JPEG that breaks the rules (a quantiser of zero) may look otherwise once it keeps them: what it is then counts,
    // so that making the page once more changes nothing.
    if (picture != nullptr) {
        if (auto text = text_in(picture->data, width, height)) return paid(*std::move(text), purse);
    }
    return made;
}

Made page_picture(const OldPicture& old, FilePurse& purse) {
    if (old.width == 0 || old.height == 0) return not_made(Reason::document_damaged, "no pixels");
    if (old.form == PictureForm::colour) return page_picture(old.untrusted_data, purse);
    if (auto why = pay(old.width, old.height, purse)) return *std::move(why);
    const std::uint64_t bytes = std::uint64_t{row_bytes(old.form, old.width)} * old.height;
    auto rows = inflate(old.untrusted_data, bytes);
    if (!rows || !rows->is_exact) return not_made(Reason::document_damaged, "not as many pixels as it says");
    clear_behind_pixels(rows->bytes, old.form, old.width);
    return paid({old.form, old.width, old.height, deflated(rows->bytes)}, purse);
}

}  // namespace mugaika::codec
