#include "sanitizer/codec/pictures/rebuild_webp.hpp"

#include <webp/decode.h>

#include <algorithm>
#include <utility>

#include "sanitizer/codec/pictures/big_endian.hpp"
#include "sanitizer/codec/pictures/exif_orientation.hpp"
#include "sanitizer/codec/pictures/icc_profile.hpp"
#include "sanitizer/codec/pictures/made_png.hpp"
#include "sanitizer/codec/pictures/rgba_picture.hpp"

namespace mugaika::codec {
namespace {

constexpr std::size_t riff_header = 12, chunk_header = 8;

FileNotMade not_made(Reason why, const char* words) { return {why, std::string("webp: ") + words}; }

const std::uint8_t* bytes_of(std::string_view text) noexcept {
    return reinterpret_cast<const std::uint8_t*>(text.data());
}

struct WebpChunks {
    int orientation = 1;
    bool has_odd_profile = false;
    std::uint32_t metadata = 0;
};

// RFC 9649 2.3: chunks of even length behind "RIFF", a size and "WEBP".
WebpChunks read_chunks(std::string_view untrusted) {
    WebpChunks found;
    std::string_view rest = untrusted.substr(std::min(untrusted.size(), riff_header));
    while (rest.size() >= chunk_header) {
        const std::string_view type = rest.substr(0, 4);
        const std::size_t size = little_endian(rest, 4, 4);
        std::string_view data = rest.substr(chunk_header, size);
        rest.remove_prefix(std::min(rest.size(), chunk_header + size + size % 2));
        if (type.starts_with("VP8") || type == "ALPH") continue;
        ++found.metadata;
        if (type == "ICCP") found.has_odd_profile = found.has_odd_profile || !is_like_srgb(data);
        if (type != "EXIF") continue;
        if (data.starts_with("Exif")) data.remove_prefix(std::min<std::size_t>(data.size(), 6));  // some write it so
        found.orientation = exif_orientation(data);
    }
    return found;
}

}  // namespace

FileOutcome rebuild_webp(std::string_view untrusted, FilePurse& purse) {
    WebPBitstreamFeatures features{};
    if (WebPGetFeatures(bytes_of(untrusted), untrusted.size(), &features) != VP8_STATUS_OK) {
        return not_made(Reason::document_damaged, "the header cannot be read");
    }
    if (features.has_animation != 0) return not_made(Reason::not_representable, "a moving picture");
    RgbaPicture picture;
    picture.width = static_cast<std::uint32_t>(features.width);
    picture.height = static_cast<std::uint32_t>(features.height);
    if (auto refusal = pay_for_rgba(picture.width, picture.height, purse, "webp")) return std::move(*refusal);
    picture.pixels.assign(std::size_t{picture.width} * picture.height * 4, '\0');
    auto* const out = reinterpret_cast<std::uint8_t*>(picture.pixels.data());
    const int row_bytes = features.width * 4;
    if (!WebPDecodeRGBAInto(bytes_of(untrusted), untrusted.size(), out, picture.pixels.size(), row_bytes)) {
        return not_made(Reason::document_damaged, "the pixels cannot be read");
    }
    const WebpChunks chunks = read_chunks(untrusted);
    std::vector<Loss> losses;
    add_loss(losses, Reason::metadata_removed, chunks.metadata);
    if (chunks.has_odd_profile) add_loss(losses, Reason::colour_profile_dropped);
    return made_png(png_of(upright(std::move(picture), chunks.orientation)), std::move(losses), purse, "webp");
}

}  // namespace mugaika::codec
