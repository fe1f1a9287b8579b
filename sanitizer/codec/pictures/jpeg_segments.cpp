#include "sanitizer/codec/pictures/jpeg_segments.hpp"

#include <algorithm>

#include "sanitizer/codec/pictures/big_endian.hpp"
#include "sanitizer/codec/pictures/exif_orientation.hpp"

namespace mugaika::codec {
namespace {

using namespace std::string_view_literals;

constexpr std::uint8_t stuffed = 0x00, restart_first = 0xd0, start_of_image = 0xd8, end_of_image = 0xd9, app_0 = 0xe0,
                       app_1 = 0xe1, app_2 = 0xe2, app_14 = 0xee, app_15 = 0xef, comment = 0xfe, temporary = 0x01;
constexpr std::size_t profile_bytes_max = 4u << 20;  // the largest in use have some 2 MB

bool stands_alone(std::uint8_t marker) noexcept {
    return marker == stuffed || marker == temporary || (marker >= restart_first && marker <= start_of_image);
}

bool is_needed(std::uint8_t marker, std::string_view content) noexcept {
    if (marker == app_0) return content.size() == 14 && content.starts_with("JFIF\0"sv);
    if (marker == app_14) return content.size() == 12 && content.starts_with("Adobe"sv);
    if (marker != app_1 || content.size() != orientation_app1_bytes) return false;
    const auto ours = orientation_app1(byte_at(content, 25));
    return content == std::string_view(ours.data(), ours.size());
}

void note_segment(std::uint8_t marker, std::string_view content, bool& seen_exif, JpegSegments& found) {
    if (!is_needed(marker, content)) ++found.metadata;
    if (marker == app_1 && content.starts_with("Exif\0"sv) && content.size() > 6 && !seen_exif) {
        seen_exif = true;
        found.orientation = exif_orientation(content.substr(6));
    }
    if (marker == app_2 && content.starts_with("ICC_PROFILE\0"sv)) {
        found.has_profile = true;
        const std::string_view piece = content.substr(std::min<std::size_t>(content.size(), 14));
        if (piece.size() <= profile_bytes_max - found.profile.size()) found.profile += piece;
    }
}

}  // namespace

JpegSegments read_jpeg_segments(std::string_view untrusted) {
    JpegSegments found;
    bool seen_exif = false;
    std::size_t at = 2;
    while ((at = untrusted.find('\xff', at)) != untrusted.npos && at + 1 < untrusted.size()) {
        const std::uint8_t marker = byte_at(untrusted, at + 1);
        if (marker == 0xff) {
            ++at;
            continue;
        }
        at += 2;
        if (stands_alone(marker)) continue;
        if (marker == end_of_image) {
            if (at < untrusted.size()) ++found.metadata;
            break;
        }
        const std::size_t length = std::max<std::size_t>(big_endian(untrusted, at, 2), 2);
        const bool is_metadata = (marker >= app_0 && marker <= app_15) || marker == comment;
        if (is_metadata && at + 2 <= untrusted.size()) {
            note_segment(marker, untrusted.substr(at + 2, length - 2), seen_exif, found);
        }
        at += length;
    }
    return found;
}

}  // namespace mugaika::codec
