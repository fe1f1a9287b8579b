#include "sanitizer/codec/pictures/rebuild_heif.hpp"

#include <algorithm>
#include <array>
#include <exception>
#include <new>
#include <optional>
#include <utility>

#include "sanitizer/codec/pictures/big_endian.hpp"
#include "sanitizer/codec/pictures/display_p3.hpp"
#include "sanitizer/codec/pictures/icc_profile.hpp"
#include "sanitizer/codec/pictures/libheif.hpp"
#include "sanitizer/codec/pictures/made_jpeg.hpp"
#include "sanitizer/codec/pictures/made_png.hpp"
#include "sanitizer/codec/pictures/rgba_picture.hpp"

namespace mugaika::codec {
namespace {

constexpr std::size_t box_header = 8;
constexpr std::uint32_t boxes_max = 1000;  // looked at, at the outermost level
constexpr std::size_t profile_bytes_max = 4u << 20;

FileNotMade not_made(Reason why, const char* words) { return {why, std::string("heif: ") + words}; }

std::uint32_t at_least_0(int count) noexcept { return count > 0 ? static_cast<std::uint32_t>(count) : 0; }

// ISO/IEC 14496-12 4.2: a size, a type. A film stands beside the picture in a box of its own.
bool has_film(std::string_view untrusted) noexcept {
    for (std::uint32_t i = 0; i < boxes_max && untrusted.size() >= box_header; ++i) {
        if (untrusted.substr(4, 4) == "moov") return true;
        const std::size_t size = big_endian(untrusted, 0, 4);
        if (size < box_header) return false;  // to the end, or beyond 4 GB
        untrusted.remove_prefix(std::min(size, untrusted.size()));
    }
    return false;
}

enum class Colours { srgb, display_p3, other };

Colours colours_by_profile(const heif_image_handle& handle) {
    const std::size_t size = heif_image_handle_get_raw_color_profile_size(&handle);
    if (size > profile_bytes_max) return Colours::other;
    std::string profile(size, '\0');
    if (heif_image_handle_get_raw_color_profile(&handle, profile.data()).code != heif_error_Ok) return Colours::other;
    if (is_like_srgb(profile)) return Colours::srgb;
    return is_like_display_p3(profile) ? Colours::display_p3 : Colours::other;
}

// By numbers of ITU-T H.273.
Colours colours_by_numbers(const heif_image_handle& handle) {
    heif_color_profile_nclx* found = nullptr;
    if (heif_image_handle_get_nclx_color_profile(&handle, &found).code != heif_error_Ok) return Colours::other;
    const HeifColours colours(found);
    switch (colours->transfer_characteristics) {
        case heif_transfer_characteristic_linear:
        case heif_transfer_characteristic_ITU_R_BT_2100_0_PQ:
        case heif_transfer_characteristic_ITU_R_BT_2100_0_HLG:
            return Colours::other;
        default:
            break;
    }
    switch (colours->color_primaries) {
        case heif_color_primaries_ITU_R_BT_709_5:
        case heif_color_primaries_unspecified:
            return Colours::srgb;
        case heif_color_primaries_SMPTE_EG_432_1:
            return Colours::display_p3;
        default:
            return Colours::other;
    }
}

Colours colours_of(const heif_image_handle& handle) {
    switch (heif_image_handle_get_color_profile_type(&handle)) {
        case heif_color_profile_type_not_present:
            return Colours::srgb;
        case heif_color_profile_type_nclx:
            return colours_by_numbers(handle);
        default:
            return colours_by_profile(handle);
    }
}

std::vector<Loss> losses_of(heif_context& context, const heif_image_handle& handle, std::string_view untrusted) {
    constexpr int neither_alpha_nor_depth = LIBHEIF_AUX_IMAGE_FILTER_OMIT_ALPHA | LIBHEIF_AUX_IMAGE_FILTER_OMIT_DEPTH;
    const int others = heif_context_get_number_of_top_level_images(&context) - 1;
    std::vector<Loss> losses;
    add_loss(losses, Reason::metadata_removed,
             at_least_0(heif_image_handle_get_number_of_metadata_blocks(&handle, nullptr)) +
                 at_least_0(heif_image_handle_get_number_of_thumbnails(&handle)) +
                 at_least_0(heif_image_handle_get_number_of_depth_images(&handle)) +
                 at_least_0(heif_image_handle_get_number_of_auxiliary_images(&handle, neither_alpha_nor_depth)));
    add_loss(losses, Reason::pages_dropped, at_least_0(others));
    if (has_film(untrusted)) add_loss(losses, Reason::frames_dropped);
    return losses;
}

// False when it is not of the size that was paid.
bool copy_pixels(const heif_image& image, RgbaPicture& picture) {
    int stride = 0;
    const auto* rows = heif_image_get_plane_readonly(&image, heif_channel_interleaved, &stride);
    const std::size_t row_bytes = std::size_t{picture.width} * 4;
    const bool is_of_that_size = at_least_0(heif_image_get_width(&image, heif_channel_interleaved)) == picture.width &&
                                 at_least_0(heif_image_get_height(&image, heif_channel_interleaved)) == picture.height;
    if (!rows || !is_of_that_size || at_least_0(stride) < row_bytes) return false;
    picture.pixels.reserve(row_bytes * picture.height);
    for (std::uint32_t y = 0; y < picture.height; ++y) {
        picture.pixels.append(reinterpret_cast<const char*>(rows) + std::size_t{y} * at_least_0(stride), row_bytes);
    }
    return true;
}

// The pixels, and what they say of themselves.
std::optional<FileNotMade> decode(heif_context& context, const heif_image_handle& handle, RgbaPicture& picture,
                                  std::vector<Loss>& losses) {
    HeifImage image;
    const heif_error error = decode_heif(context, handle, std::max(picture.width, picture.height) + 1, image);
    if (error.code != heif_error_Ok || !image) return why_not_heif(error);
    if (!copy_pixels(*image, picture)) return not_made(Reason::document_damaged, "not of the size that it states");
    if (heif_image_get_decoding_warnings(image.get(), 0, nullptr, 0) > 0) add_loss(losses, Reason::picture_damaged);
    return std::nullopt;
}

FileOutcome rebuild(std::string_view untrusted, FilePurse& purse) {
    HeifContext context;
    if (const auto error = read_heif(untrusted, context); error.code != heif_error_Ok) return why_not_heif(error);
    heif_image_handle* primary = nullptr;
    const heif_error error = heif_context_get_primary_image_handle(context.get(), &primary);
    const HeifHandle handle(primary);
    if (error.code != heif_error_Ok) return why_not_heif(error);
    RgbaPicture picture;
    picture.width = at_least_0(heif_image_handle_get_width(primary));
    picture.height = at_least_0(heif_image_handle_get_height(primary));
    if (picture.width == 0 || picture.height == 0) return not_made(Reason::document_damaged, "no size");
    if (auto refusal = pay_for_rgba(picture.width, picture.height, purse, "heif")) return std::move(*refusal);
    std::vector<Loss> losses = losses_of(*context, *handle, untrusted);
    if (auto refusal = decode(*context, *handle, picture, losses)) return std::move(*refusal);
    if (heif_image_handle_is_premultiplied_alpha(primary) != 0) unweigh(picture);
    const Colours colours = colours_of(*handle);
    if (colours == Colours::display_p3) p3_to_srgb(picture);
    if (colours == Colours::other) add_loss(losses, Reason::colour_profile_dropped);
    if (is_opaque(picture)) return made_jpeg(picture, std::move(losses), purse, "heif");
    if (heif_image_handle_get_luma_bits_per_pixel(primary) > 8) add_loss(losses, Reason::picture_encoded_anew);
    return made_png(png_of(picture), std::move(losses), purse, "heif");
}

}  // namespace

// ISO/IEC 23008-12 B.4, AV1 Image File Format 6.
bool is_heif(std::string_view untrusted) noexcept {
    constexpr std::array<std::string_view, 10> brands{"heic", "heix", "heim", "heis", "hevc",
                                                      "hevx", "mif1", "msf1", "avif", "avis"};
    return untrusted.substr(0, 8).ends_with("ftyp") &&
           std::find(brands.begin(), brands.end(), untrusted.substr(8, 4)) != brands.end();
}

// libheif speaks C, and throws all the same.
FileOutcome rebuild_heif(std::string_view untrusted, FilePurse& purse) {
    try {
        return rebuild(untrusted, purse);
    } catch (const std::bad_alloc&) {
        return not_made(Reason::too_many_pixels, "more bytes than fit into memory");
    } catch (const std::exception&) {
        return not_made(Reason::document_damaged, "libheif gave up");
    }
}

}  // namespace mugaika::codec
