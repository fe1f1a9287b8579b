#include "sanitizer/checker/pictures/check_png.hpp"

#include <libdeflate.h>

#include <algorithm>
#include <array>
#include <new>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/c_handle.hpp"
#include "policy/file_limits.hpp"
#include "sanitizer/checker/pictures/picture_cursor.hpp"

namespace mugaika::checker {
namespace {

using namespace std::string_view_literals;

constexpr auto signature = "\x89PNG\r\n\x1a\n"sv;
constexpr std::uint32_t side_max = 0x7fff'ffff;
constexpr std::uint32_t gamma_min = 1'000, gamma_max = 1'000'000, chromaticity_max = 100'000, density_max = 1'000'000;
constexpr std::uint32_t grey = 0, rgb = 2, palette = 3, grey_alpha = 4, rgb_alpha = 6;
constexpr unsigned filter_max = 4;

struct Header {
    std::uint32_t width = 0, height = 0, depth = 0, colour = 0;
    bool is_interlaced = false;
};

std::uint32_t samples_of(std::uint32_t colour) noexcept {
    if (colour == rgb) return 3;
    if (colour == rgb_alpha) return 4;
    return colour == grey_alpha ? 2 : 1;
}

bool is_depth_of(std::uint32_t colour, std::uint32_t depth) noexcept {
    const bool is_colour =
        colour == grey || colour == rgb || colour == palette || colour == grey_alpha || colour == rgb_alpha;
    if (depth == 8) return is_colour;
    if (depth == 16) return is_colour && colour != palette;
    return (depth == 1 || depth == 2 || depth == 4) && (colour == grey || colour == palette);
}

// Rows of one length, one pass over the picture.
struct Rows {
    std::uint64_t count, bytes;  // without the filter byte
    unsigned last_bits;          // how many of the last byte are pixels
};
struct Lattice {
    std::uint32_t x, y, dx, dy;
};
constexpr std::array<Lattice, 7> adam7 = {
    {{0, 0, 8, 8}, {4, 0, 8, 8}, {0, 4, 4, 8}, {2, 0, 4, 4}, {0, 2, 2, 4}, {1, 0, 2, 2}, {0, 1, 1, 2}}};
constexpr std::array<Lattice, 1> all_at_once = {{{0, 0, 1, 1}}};

std::vector<Rows> rows_of(const Header& header) {
    std::vector<Rows> passes;
    const auto lattices =
        header.is_interlaced ? std::span<const Lattice>(adam7) : std::span<const Lattice>(all_at_once);
    for (const Lattice& lattice : lattices) {
        if (header.width <= lattice.x || header.height <= lattice.y) continue;
        const std::uint64_t columns = (header.width - lattice.x - 1) / lattice.dx + 1;
        const std::uint64_t bits = columns * samples_of(header.colour) * header.depth;
        passes.push_back({(header.height - lattice.y - 1) / lattice.dy + 1, (bits + 7) / 8,
                          static_cast<unsigned>((bits - 1) % 8 + 1)});
    }
    return passes;
}

// Nothing when they are more than a picture may have.
std::optional<std::uint64_t> bytes_of(const std::vector<Rows>& passes) noexcept {
    const std::uint64_t most = FileLimits{}.picture_bytes_max;
    std::uint64_t sum = 0;
    for (const Rows& rows : passes) {
        if (rows.count > (most - sum) / (rows.bytes + 1)) return std::nullopt;
        sum += rows.count * (rows.bytes + 1);
    }
    return sum;
}

class PngReader {
public:
    explicit PngReader(std::string_view untrusted) : in_("png", untrusted) {}

    Result<std::uint32_t> read() {
        if (!in_.take(signature)) return in_.refusal("the signature of a PNG");
        for (const Step step : {&PngReader::read_header, &PngReader::read_colours, &PngReader::read_palette,
                                &PngReader::read_transparency, &PngReader::read_density, &PngReader::read_rows}) {
            if (const auto expected = (this->*step)()) return in_.refusal(*expected);
        }
        if (const auto end = take_chunk("IEND"); !end || !end->empty()) return in_.refusal("an empty IEND");
        if (!in_.rest().empty()) return in_.refusal("the end of the file");
        return 1;
    }

private:
    // What was expected and did not stand there.
    using Missing = std::optional<std::string_view>;
    using Step = Missing (PngReader::*)();

    // Nothing, and nothing taken, when a chunk of another type is next, or its length or CRC is wrong.
    std::optional<std::string_view> take_chunk(std::string_view type);

    Missing read_header();
    Missing read_colours();
    Missing read_palette();
    Missing read_transparency();
    Missing read_density();
    Missing read_rows();
    Missing inflate_rows(std::string_view packed);
    Missing judge_rows() const;
    bool is_packed() const noexcept { return header_.depth < 8; }

    PictureCursor in_;
    Header header_;
    std::vector<Rows> passes_;
    std::string rows_;
};

std::optional<std::string_view> PngReader::take_chunk(std::string_view type) {
    PictureCursor ahead = in_;
    const std::size_t length = ahead.take_number(4);
    const std::string_view typed = ahead.rest().substr(0, type.size() + length);
    if (!ahead.take(type) || ahead.take_bytes(length).size() != length) return std::nullopt;
    if (ahead.rest().size() < 4) return std::nullopt;
    if (libdeflate_crc32(0, typed.data(), typed.size()) != ahead.take_number(4)) return std::nullopt;
    in_ = ahead;
    return typed.substr(type.size());
}

PngReader::Missing PngReader::read_header() {
    const auto chunk = take_chunk("IHDR");
    if (!chunk || chunk->size() != 13) return "IHDR";
    PictureCursor data("", *chunk);
    header_.width = data.take_number(4);
    header_.height = data.take_number(4);
    header_.depth = data.take_number(1);
    header_.colour = data.take_number(1);
    const std::uint32_t methods = data.take_number(2), interlace = data.take_number(1);
    header_.is_interlaced = interlace == 1;
    if (header_.width - 1 >= side_max || header_.height - 1 >= side_max) return "a size within bounds before this";
    if (!is_depth_of(header_.colour, header_.depth)) return "a colour type with one of its depths before this";
    if (methods != 0 || interlace > 1) return "known methods before this";
    return std::nullopt;
}

PngReader::Missing PngReader::read_colours() {
    if (const auto srgb = take_chunk("sRGB")) {
        if (srgb->size() != 1 || srgb->front() < 0 || srgb->front() > 3) return "an intent of 0 to 3 before this";
        return std::nullopt;  // its companions are not written
    }
    if (const auto gamma = take_chunk("gAMA")) {
        const std::uint32_t value = PictureCursor("", *gamma).take_number(4);
        if (gamma->size() != 4 || value < gamma_min || value > gamma_max) return "a gamma within bounds before this";
    }
    if (const auto chromaticities = take_chunk("cHRM")) {
        if (chromaticities->size() != 32) return "eight chromaticities before this";
        PictureCursor data("", *chromaticities);
        while (!data.rest().empty()) {
            if (data.take_number(4) > chromaticity_max) return "chromaticities within bounds before this";
        }
    }
    return std::nullopt;
}

PngReader::Missing PngReader::read_palette() {
    if (header_.colour != palette) return std::nullopt;
    const auto colours = take_chunk("PLTE");
    if (!colours || colours->size() != std::size_t{3} << header_.depth) return "PLTE with a colour for each value";
    return std::nullopt;
}

PngReader::Missing PngReader::read_transparency() {
    const auto chunk = take_chunk("tRNS");
    if (!chunk) return std::nullopt;
    if (header_.colour == palette) {
        if (chunk->empty() || chunk->size() > std::size_t{1} << header_.depth) return "as many alphas as colours";
        return std::nullopt;
    }
    const std::size_t samples = header_.colour == grey ? 1 : header_.colour == rgb ? 3 : 0;
    if (samples == 0 || chunk->size() != 2 * samples) return "tRNS as the colour type has it";
    PictureCursor data("", *chunk);
    while (!data.rest().empty()) {
        if (data.take_number(2) >> header_.depth != 0) return "a sample of this depth in tRNS";
    }
    return std::nullopt;
}

PngReader::Missing PngReader::read_density() {
    const auto chunk = take_chunk("pHYs");
    if (!chunk) return std::nullopt;
    PictureCursor data("", *chunk);
    const std::uint32_t x = data.take_number(4), y = data.take_number(4), unit = data.take_number(1);
    if (chunk->size() != 9 || x - 1 >= density_max || y - 1 >= density_max || unit > 1)
        return "a density within bounds";
    return std::nullopt;
}

PngReader::Missing PngReader::inflate_rows(std::string_view packed) {
    const auto size = bytes_of(passes_);
    if (!size) return "no more rows than a picture may have";
    const CHandle<libdeflate_decompressor, libdeflate_free_decompressor> decompressor(libdeflate_alloc_decompressor());
    if (!decompressor) throw std::bad_alloc();
    rows_.resize(*size);
    std::size_t in = 0, out = 0;
    const auto result = libdeflate_zlib_decompress_ex(decompressor.get(), packed.data(), packed.size(), rows_.data(),
                                                      rows_.size(), &in, &out);
    if (result != LIBDEFLATE_SUCCESS || out != rows_.size()) return "exactly the rows that the size says in IDAT";
    if (in != packed.size()) return "nothing behind the rows in IDAT";
    if (in > out + out / 1024 + 64) return "rows that are packed no larger than they are in IDAT";
    return std::nullopt;
}

PngReader::Missing PngReader::judge_rows() const {
    std::size_t at = 0;
    for (const Rows& pass : passes_) {
        const unsigned hidden = 0xffu >> pass.last_bits;
        for (std::uint64_t row = 0; row < pass.count; ++row, at += pass.bytes + 1) {
            const auto filter = static_cast<unsigned char>(rows_[at]);
            if (filter > (is_packed() ? 0 : filter_max)) return "known filters, and none in packed rows, in IDAT";
            const auto last = static_cast<unsigned char>(rows_[at + pass.bytes]);
            if (is_packed() && (last & hidden) != 0) return "clear bits behind the last pixel of a row in IDAT";
        }
    }
    return std::nullopt;
}

// A chunk of any kind that is not ours, or at another place, is found here.
PngReader::Missing PngReader::read_rows() {
    passes_ = rows_of(header_);
    const auto packed = take_chunk("IDAT");
    if (!packed) return "one of our chunks at its place, and at last IDAT";
    if (const auto missing = inflate_rows(*packed)) return missing;
    return judge_rows();
}

}  // namespace

Result<std::uint32_t> check_png(std::string_view untrusted) { return PngReader(untrusted).read(); }

}  // namespace mugaika::checker
