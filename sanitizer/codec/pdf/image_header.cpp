#include "sanitizer/codec/pdf/image_header.hpp"

namespace mugaika::codec::pdf {
namespace {

constexpr std::uint32_t side_max = 65'535;
constexpr std::uint64_t pixels_max = 1u << 28;

// Big-endian numbers, each read only where it stands whole.
class Reader {
public:
    explicit Reader(std::string_view bytes) noexcept : rest_(bytes) {}

    std::size_t left() const noexcept { return rest_.size(); }
    std::string_view rest() const noexcept { return rest_; }

    std::optional<std::uint32_t> take(unsigned bytes) noexcept {
        if (rest_.size() < bytes) return std::nullopt;
        std::uint32_t value = 0;
        for (unsigned i = 0; i < bytes; ++i) value = (value << 8) | static_cast<unsigned char>(rest_[i]);
        rest_.remove_prefix(bytes);
        return value;
    }
    bool skip(std::uint64_t bytes) noexcept {
        if (rest_.size() < bytes) return false;
        rest_.remove_prefix(static_cast<std::size_t>(bytes));
        return true;
    }

private:
    std::string_view rest_;
};

bool fits(std::uint32_t width, std::uint32_t height) noexcept {
    return width > 0 && height > 0 && width <= side_max && height <= side_max &&
           std::uint64_t{width} * height <= pixels_max;
}

std::optional<ImageHeader> read_codestream_size(std::string_view codestream) noexcept {
    Reader reader(codestream);
    if (reader.take(4) != 0xFF4FFF51u) return std::nullopt;  // SOC, SIZ
    const auto length = reader.take(2);
    if (!reader.skip(2)) return std::nullopt;
    std::uint32_t size[8] = {};  // image width, height, its offsets, tile width, height, its offsets
    for (std::uint32_t& value : size) {
        const auto taken = reader.take(4);
        if (!taken) return std::nullopt;
        value = *taken;
    }
    const auto components = reader.take(2);
    if (!components || *components < 1 || *components > 16 || *length != 38 + 3 * *components) return std::nullopt;
    if (size[0] <= size[2] || size[1] <= size[3] || size[4] == 0 || size[5] == 0) return std::nullopt;
    if (size[6] > size[2] || size[7] > size[3]) return std::nullopt;
    if (!fits(size[0] - size[2], size[1] - size[3])) return std::nullopt;
    // Tiles are held in tables by decoders.
    const std::uint64_t across = (std::uint64_t{size[0]} - size[6] + size[4] - 1) / size[4];
    const std::uint64_t down = (std::uint64_t{size[1]} - size[7] + size[5] - 1) / size[5];
    if (across * down > 65'535) return std::nullopt;
    for (std::uint32_t i = 0; i < *components; ++i) {
        const auto depth = reader.take(1);
        const auto step_across = reader.take(1);
        const auto step_down = reader.take(1);
        if (!step_down || (*depth & 0x7F) > 37 || *step_across == 0 || *step_down == 0) return std::nullopt;
    }
    return ImageHeader{size[0] - size[2], size[1] - size[3]};
}

struct Segment {
    std::uint32_t type;
    std::string_view data;
};

// T.88 7.2: number, flags, referred-to segments, page, length.
std::optional<Segment> take_segment(Reader& reader) noexcept {
    const auto number = reader.take(4);
    const auto flags = reader.take(1);
    const auto first = reader.take(1);
    if (!first) return std::nullopt;
    std::uint64_t referred = *first >> 5;
    if (referred == 7) {
        const auto rest = reader.take(3);
        if (!rest) return std::nullopt;
        referred = ((*first & 0x1Fu) << 24) | *rest;
        if (!reader.skip((referred + 8) / 8)) return std::nullopt;
    } else if (referred > 4) {
        return std::nullopt;
    }
    const unsigned each = *number <= 256 ? 1 : *number <= 65536 ? 2 : 4;
    if (!reader.skip(referred * each)) return std::nullopt;
    if (!reader.skip((*flags & 0x40) != 0 ? 4 : 1)) return std::nullopt;
    const auto length = reader.take(4);
    if (!length) return std::nullopt;
    // Only an immediate generic region may leave its length open; it is then the last one.
    const std::size_t bytes = *length == 0xFFFFFFFFu && (*flags & 0x3F) == 38 ? reader.left() : *length;
    const std::string_view data = reader.rest().substr(0, bytes);
    if (!reader.skip(bytes)) return std::nullopt;
    return Segment{*flags & 0x3Fu, data};
}

// Regions state their own size (7.4.1), which a decoder allocates.
bool is_region_sane(const Segment& segment) noexcept {
    switch (segment.type) {
        case 4:
        case 6:
        case 7:
        case 20:
        case 22:
        case 23:
        case 36:
        case 38:
        case 39:
        case 40:
        case 42:
        case 43:
            break;
        default:
            return true;
    }
    Reader reader(segment.data);
    const auto width = reader.take(4);
    const auto height = reader.take(4);
    return height && fits(*width, *height);
}

}  // namespace

std::optional<ImageHeader> read_jpx_header(std::string_view bytes) noexcept {
    if (bytes.starts_with("\xFF\x4F")) return read_codestream_size(bytes);
    Reader reader(bytes);
    while (reader.left() != 0) {
        const auto length = reader.take(4);
        const auto type = reader.take(4);
        if (!type) return std::nullopt;
        if (*type == 0x6A703263) return read_codestream_size(reader.rest());  // jp2c
        if (*length < 8 || !reader.skip(*length - 8)) return std::nullopt;
    }
    return std::nullopt;
}

bool are_jbig2_segments(std::string_view bytes) noexcept {
    Reader reader(bytes);
    while (reader.left() != 0) {
        const auto segment = take_segment(reader);
        if (!segment || !is_region_sane(*segment)) return false;
    }
    return true;
}

std::optional<ImageHeader> read_jbig2_header(std::string_view bytes) noexcept {
    if (!are_jbig2_segments(bytes)) return std::nullopt;
    Reader reader(bytes);
    while (const auto segment = take_segment(reader)) {
        if (segment->type != 48) continue;  // page information
        Reader page(segment->data);
        const auto width = page.take(4);
        const auto height = page.take(4);
        if (!height) return std::nullopt;
        if (*height == 0xFFFFFFFFu) return fits(*width, 1) ? std::optional(ImageHeader{*width, 0}) : std::nullopt;
        return fits(*width, *height) ? std::optional(ImageHeader{*width, *height}) : std::nullopt;
    }
    return std::nullopt;
}

}  // namespace mugaika::codec::pdf
