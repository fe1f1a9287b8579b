#include "sanitizer/codec/pictures/png_parts.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "sanitizer/codec/pictures/big_endian.hpp"
#include "sanitizer/codec/pictures/icc_profile.hpp"
#include "sanitizer/codec/pictures/inflate.hpp"
#include "sanitizer/codec/pictures/png_chunks.hpp"

namespace mugaika::codec {
namespace {

constexpr std::size_t profile_bytes_max = 4u << 20;
constexpr std::uint32_t gamma_min = 1'000, gamma_max = 1'000'000, chromaticity_max = 100'000, density_max = 1'000'000;

FileNotMade not_made(Reason why, const char* words) { return {why, std::string("png: ") + words}; }

// ISO 15948 11.3.3.3: a name, a NUL, the method, a zlib stream. What cannot be read is not like sRGB.
bool is_srgb_profile_chunk(std::string_view data) {
    const std::size_t name_end = data.find('\0');
    if (name_end == data.npos || name_end + 2 > data.size()) return false;
    const auto profile = inflate(data.substr(name_end + 2), profile_bytes_max);
    return profile && is_like_srgb(profile->bytes);
}

class PartsReader {
public:
    std::optional<FileNotMade> take(const PngChunk&);
    std::optional<FileNotMade> finish() const;
    PngParts parts;

private:
    std::optional<FileNotMade> take_header(const PngChunk&);
    void take_palette(const PngChunk&);
    void take_ancillary(const PngChunk&);
    bool take_known(const PngChunk&);
    bool take_transparency(std::string_view data);
    bool take_chromaticities(std::string_view data);
    bool take_density(std::string_view data);
    void count_frames(const PngChunk&);

    bool has_header_ = false, has_rows_ = false, has_profile_ = false;
};

std::optional<FileNotMade> PartsReader::take_header(const PngChunk& chunk) {
    const auto header = read_png_header(chunk.data);
    if (chunk.type != "IHDR" || !chunk.is_intact || !header) {
        return not_made(chunk.type == "CgBI" ? Reason::not_representable : Reason::document_damaged,
                        "the first chunk is no valid IHDR");
    }
    parts.picture.header = *header;
    has_header_ = true;
    return std::nullopt;
}

std::optional<FileNotMade> PartsReader::take(const PngChunk& chunk) {
    if (!has_header_) return take_header(chunk);
    if (chunk.type == "IDAT") {
        has_rows_ = true;
        parts.packed_rows += chunk.data;
        parts.is_damaged = parts.is_damaged || !chunk.is_intact;
    } else if (chunk.type == "PLTE") {
        take_palette(chunk);
    } else if (chunk.is_critical()) {
        return not_made(Reason::not_representable, "a critical chunk of an unknown kind");
    } else {
        take_ancillary(chunk);
    }
    return std::nullopt;
}

// Of a picture of true colours it is only a hint.
void PartsReader::take_palette(const PngChunk& chunk) {
    PngPicture& picture = parts.picture;
    if (picture.header.colour != PngColour::palette) return void(++parts.metadata);
    if (!picture.palette.empty() || has_rows_ || !chunk.is_intact) return;
    const std::size_t size = std::min(chunk.data.size() / 3 * 3, std::size_t{3} << picture.header.depth);
    picture.palette = chunk.data.substr(0, size);
}

void PartsReader::take_ancillary(const PngChunk& chunk) {
    if (chunk.type == "acTL" || chunk.type == "fcTL" || chunk.type == "fdAT") return count_frames(chunk);
    if (chunk.type == "iCCP" && !has_profile_) {  // the first one only: each costs as much as a small picture
        has_profile_ = true;
        parts.has_odd_profile |= !is_srgb_profile_chunk(chunk.data);
    }
    if (chunk.type == "cICP") parts.has_odd_profile |= !chunk.data.starts_with("\x01\x0d");  // H.273: sRGB
    if (!chunk.is_intact || has_rows_ || !take_known(chunk)) ++parts.metadata;
}

// The frame whose control chunk stands before the picture is the picture.
void PartsReader::count_frames(const PngChunk& chunk) {
    if (chunk.type == "fcTL" && has_rows_) ++parts.other_frames;
}

bool PartsReader::take_known(const PngChunk& chunk) {
    PngShown& shown = parts.picture.shown;
    if (chunk.type == "tRNS") return take_transparency(chunk.data);
    if (chunk.type == "cHRM") return take_chromaticities(chunk.data);
    if (chunk.type == "pHYs") return take_density(chunk.data);
    const std::uint32_t value = big_endian(chunk.data, 0, chunk.data.size() == 1 ? 1 : 4);
    if (chunk.type == "gAMA" && chunk.data.size() == 4 && value >= gamma_min && value <= gamma_max) {
        shown.gamma = value;
        return true;
    }
    if (chunk.type == "sRGB" && chunk.data.size() == 1 && value <= 3) {
        shown.srgb_intent = static_cast<std::uint8_t>(value);
        return true;
    }
    return false;
}

// ISO 15948 11.3.2.1.
bool PartsReader::take_transparency(std::string_view data) {
    PngPicture& picture = parts.picture;
    switch (picture.header.colour) {
        case PngColour::palette:
            if (data.empty() || data.size() > picture.palette.size() / 3) return false;
            break;
        case PngColour::grey:
            if (data.size() != 2) return false;
            break;
        case PngColour::rgb:
            if (data.size() != 6) return false;
            break;
        case PngColour::grey_alpha:
        case PngColour::rgb_alpha:
            return false;
    }
    const bool has_samples = picture.header.colour != PngColour::palette;
    for (std::size_t at = 0; has_samples && at < data.size(); at += 2) {
        if (big_endian(data, at, 2) >> picture.header.depth != 0) return false;  // no pixel can have this value
    }
    picture.transparency = data;
    return true;
}

bool PartsReader::take_chromaticities(std::string_view data) {
    std::array<std::uint32_t, 8> values{};
    if (data.size() != 4 * values.size()) return false;
    for (std::size_t i = 0; i < values.size(); ++i) values[i] = big_endian(data, 4 * i, 4);
    if (*std::max_element(values.begin(), values.end()) > chromaticity_max) return false;
    parts.picture.shown.chromaticities = values;
    return true;
}

bool PartsReader::take_density(std::string_view data) {
    const std::uint32_t x = big_endian(data, 0, 4), y = big_endian(data, 4, 4);
    if (data.size() != 9 || x < 1 || x > density_max || y < 1 || y > density_max || byte_at(data, 8) > 1) return false;
    parts.picture.shown.density = {x, y, byte_at(data, 8) == 1};
    return true;
}

std::optional<FileNotMade> PartsReader::finish() const {
    if (!has_header_) return not_made(Reason::document_damaged, "no IHDR");
    if (!has_rows_) return not_made(Reason::document_damaged, "no IDAT");
    if (parts.picture.header.colour == PngColour::palette && parts.picture.palette.empty()) {
        return not_made(Reason::document_damaged, "no palette for pixels that point into one");
    }
    return std::nullopt;
}

}  // namespace

std::variant<PngParts, FileNotMade> read_png_parts(std::string_view untrusted) {
    PngChunks chunks(untrusted.substr(std::min(untrusted.size(), png_signature.size())));
    PartsReader reader;
    while (const auto chunk = chunks.next()) {
        if (chunk->type == "IEND") {
            if (!chunks.rest().empty() || !chunk->data.empty()) ++reader.parts.metadata;
            break;
        }
        if (auto refusal = reader.take(*chunk)) return std::move(*refusal);
    }
    if (auto refusal = reader.finish()) return std::move(*refusal);
    return std::move(reader.parts);
}

}  // namespace mugaika::codec
