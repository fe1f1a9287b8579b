#include "sanitizer/codec/pictures/rebuild_gif.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "sanitizer/codec/pictures/big_endian.hpp"
#include "sanitizer/codec/pictures/gif_lzw.hpp"
#include "sanitizer/codec/pictures/made_png.hpp"
#include "sanitizer/codec/pictures/png_rows.hpp"

namespace mugaika::codec {
namespace {

constexpr std::size_t screen_bytes = 13, image_bytes = 10, control_bytes = 8;
constexpr std::uint8_t extension = 0x21, image = 0x2c, trailer = 0x3b, graphic_control = 0xf9, application = 0xff;
constexpr std::uint32_t colours_max = 256;

FileNotMade not_made(const char* words) { return {Reason::document_damaged, std::string("gif: ") + words}; }

std::size_t table_bytes(std::uint8_t flags) noexcept {
    return (flags & 0x80) == 0 ? 0 : std::size_t{3} << ((flags & 7) + 1);
}

struct Frame {
    std::uint32_t left, top, width, height;
    bool is_interlaced;
    std::string_view colours;  // "" when it has none of its own
    std::optional<std::uint8_t> transparent;
    std::string_view packed;  // from the code size on
};

struct Gif {
    std::uint32_t width = 0, height = 0;
    std::string_view colours;
    std::optional<Frame> first;
    std::uint32_t frames = 0, metadata = 0;
};

class GifReader {
public:
    explicit GifReader(std::string_view untrusted) : rest_(untrusted) {}

    Gif read() {
        gif_.width = little_endian(rest_, 6, 2);
        gif_.height = little_endian(rest_, 8, 2);
        const std::size_t colours = table_bytes(byte_at(rest_, 10));
        drop(screen_bytes);
        gif_.colours = rest_.substr(0, colours);
        drop(colours);
        while (!rest_.empty() && step()) {
        }
        return gif_;
    }

private:
    void drop(std::size_t size) noexcept { rest_.remove_prefix(std::min(size, rest_.size())); }

    // False at the end, and where nothing is known.
    bool step() {
        const std::uint8_t block = byte_at(rest_, 0);
        if (block == extension) {
            read_extension();
            return true;
        }
        if (block == image) {
            read_image();
            return true;
        }
        gif_.metadata += block != trailer || rest_.size() > 1 ? 1 : 0;
        return false;
    }

    void read_extension() {
        const std::uint8_t label = byte_at(rest_, 1);
        if (label == graphic_control) {
            const bool has_transparent = (byte_at(rest_, 3) & 1) != 0 && rest_.size() >= control_bytes;
            transparent_ = has_transparent ? std::optional(byte_at(rest_, 6)) : std::nullopt;
        } else if (label != application || rest_.substr(3, 11) != "NETSCAPE2.0") {  // how often it plays
            ++gif_.metadata;
        }
        drop(2);
        rest_ = GifSubBlocks(rest_).skip();
    }

    void read_image() {
        ++gif_.frames;
        const auto number = [&](std::size_t at) { return little_endian(rest_, at, 2); };
        const std::uint8_t flags = byte_at(rest_, 9);
        Frame frame{number(1), number(3), number(5), number(7), (flags & 0x40) != 0, {}, transparent_, {}};
        drop(image_bytes);
        frame.colours = rest_.substr(0, table_bytes(flags));
        drop(frame.colours.size());
        frame.packed = rest_;
        drop(1);
        rest_ = GifSubBlocks(rest_).skip();
        if (!gif_.first) gif_.first = frame;
        transparent_.reset();
    }

    std::string_view rest_;
    Gif gif_;
    std::optional<std::uint8_t> transparent_;  // of the frame that follows
};

// The rows of an interlaced frame as they come.
std::uint32_t interlaced_row(std::uint32_t row, std::uint32_t height) noexcept {
    struct Pass {
        std::uint32_t from, step;
    };
    for (const Pass pass : std::array<Pass, 3>{{{0, 8}, {4, 8}, {2, 4}}}) {
        const std::uint32_t rows = height > pass.from ? (height - pass.from - 1) / pass.step + 1 : 0;
        if (row < rows) return pass.from + row * pass.step;
        row -= rows;
    }
    return 1 + row * 2;
}

// A table that the file does not have is grey.
std::string colours_of(const Gif& gif) {
    std::string colours(gif.first->colours.empty() ? gif.colours : gif.first->colours);
    if (!colours.empty()) return colours;
    for (std::uint32_t i = 0; i < colours_max; ++i) colours.append(3, static_cast<char>(i));
    return colours;
}

// The value of a pixel outside the frame, a transparent one if there is one to be had.
struct Outside {
    std::uint8_t value;
    bool is_transparent;
};
Outside outside_of(const Gif& gif, std::size_t colours) noexcept {
    if (gif.first->transparent) return {*gif.first->transparent, true};
    const bool is_covered = gif.first->width == gif.width && gif.first->height == gif.height;
    if (is_covered || colours >= colours_max) return {0, false};
    return {static_cast<std::uint8_t>(colours), true};
}

// False when the pixels end early. At least one must be there.
bool unpack(const Frame& frame, PngPicture& picture, bool& has_any) {
    const unsigned code_bits = byte_at(frame.packed, 0);
    if (code_bits < 1 || code_bits > GifLzw::first_code_bits_max) return false;
    GifSubBlocks blocks(frame.packed.substr(1));
    GifLzw lzw(blocks, code_bits);
    const std::size_t row_bytes = picture.header.width + std::size_t{1};
    for (std::uint32_t y = 0; y < frame.height; ++y) {
        const std::uint32_t row = frame.top + (frame.is_interlaced ? interlaced_row(y, frame.height) : y);
        char* const pixels = picture.rows.data() + row * row_bytes + 1 + frame.left;
        for (std::uint32_t x = 0; x < frame.width; ++x) {
            const int pixel = lzw.next_pixel();
            if (pixel < 0) return false;
            pixels[x] = static_cast<char>(pixel);
            has_any = true;
        }
    }
    return true;
}

PngPicture blank_picture(const Gif& gif, const PngHeader& header) {
    PngPicture picture;
    picture.header = header;
    picture.palette = colours_of(gif);
    const Outside outside = outside_of(gif, picture.palette.size() / 3);
    if (outside.is_transparent) picture.transparency = std::string(outside.value, '\xff') + '\0';
    picture.rows.assign(png_rows_bytes(header), static_cast<char>(outside.value));
    for (std::uint32_t y = 0; y < header.height; ++y) picture.rows[y * (header.width + std::size_t{1})] = '\0';
    return picture;
}

}  // namespace

FileOutcome rebuild_gif(std::string_view untrusted, FilePurse& purse) {
    Gif gif = GifReader(untrusted).read();
    if (!gif.first || gif.first->width == 0 || gif.first->height == 0) return not_made("no frame");
    // As programs do it: a frame that does not fit makes the screen larger.
    gif.width = std::max(gif.width, gif.first->left + gif.first->width);
    gif.height = std::max(gif.height, gif.first->top + gif.first->height);
    const PngHeader header{gif.width, gif.height, 8, PngColour::palette, false};
    if (auto refusal = pay_for_rows(header, purse, "gif")) return std::move(*refusal);
    PngPicture picture = blank_picture(gif, header);
    bool has_any = false;
    const bool is_whole = unpack(*gif.first, picture, has_any);
    if (!has_any) return not_made("no pixels");
    narrow_palette_rows(picture);
    std::vector<Loss> losses;
    add_loss(losses, Reason::metadata_removed, gif.metadata);
    add_loss(losses, Reason::frames_dropped, gif.frames - 1);
    if (!is_whole) add_loss(losses, Reason::picture_damaged);
    return made_png(picture, std::move(losses), purse, "gif");
}

}  // namespace mugaika::codec
