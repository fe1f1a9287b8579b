#include "sanitizer/codec/pictures/bmp_header.hpp"

#include <algorithm>
#include <optional>
#include <utility>

#include "sanitizer/codec/pictures/big_endian.hpp"

namespace mugaika::codec {
namespace {

constexpr std::size_t file_header = 14, core_header = 12, info_header = 40, masks_header = 52, alpha_header = 56,
                      second_os2_header = 64, latest_header = 124;
constexpr std::uint32_t side_max = 0x7fff'ffff;
constexpr std::uint32_t plain = 0, rle8 = 1, rle4 = 2, masked = 3, masked_with_alpha = 6;

FileNotMade not_made(Reason why, const char* words) { return {why, std::string("bmp: ") + words}; }

class HeaderReader {
public:
    explicit HeaderReader(std::string_view untrusted) : file_(untrusted), size_(number(file_header, 4)) {}

    std::variant<BmpHeader, FileNotMade> read() {
        if (size_ != core_header && (size_ < info_header || size_ > latest_header)) {
            return not_made(Reason::document_damaged, "a header of no known size");
        }
        read_size();
        if (header_.width == 0 || header_.height == 0 || header_.width > side_max) {
            return not_made(Reason::document_damaged, "no size");
        }
        compression_ = is_core() ? plain : field(16);
        if (auto refusal = judge_packing()) return std::move(*refusal);
        read_masks();
        read_palette();
        const std::size_t stated = number(10, 4);
        header_.pixels = file_.substr(std::min(file_.size(), stated < file_header + size_ ? palette_end_ : stated));
        return std::move(header_);
    }

private:
    std::uint32_t number(std::size_t at, std::size_t size) const noexcept { return little_endian(file_, at, size); }
    std::uint32_t field(std::size_t at) const noexcept { return number(file_header + at, 4); }
    bool is_core() const noexcept { return size_ == core_header; }

    void read_size() {
        if (is_core()) {
            header_.width = number(file_header + 4, 2);
            header_.height = number(file_header + 6, 2);
            header_.bits = number(file_header + 10, 2);
            return;
        }
        header_.width = field(4);
        header_.is_top_down = field(8) > side_max;
        header_.height = header_.is_top_down ? 0u - field(8) : field(8);
        header_.bits = number(file_header + 14, 2);
        header_.x_per_metre = field(24);
        header_.y_per_metre = field(28);
        header_.has_profile =
            size_ == latest_header && (field(56) == 0x4d424544 || field(56) == 0x4c494e4b);  // MBED, LINK
    }

    std::optional<FileNotMade> judge_packing() {
        const std::uint32_t bits = header_.bits;
        const bool is_packed = (compression_ == rle8 && bits == 8) || (compression_ == rle4 && bits == 4);
        const bool is_masked =
            (compression_ == masked || compression_ == masked_with_alpha) && (bits == 16 || bits == 32);
        const bool is_plain = compression_ == plain && (bits == 1 || bits == 2 || bits == 4 || bits == 8 ||
                                                        bits == 16 || bits == 24 || bits == 32);
        if ((is_masked && size_ == second_os2_header) || (!is_packed && !is_masked && !is_plain)) {
            return not_made(Reason::not_representable, "depth and compression of a kind that is not rebuilt");
        }
        if (is_packed) header_.packing = compression_ == rle8 ? BmpPacking::rle8 : BmpPacking::rle4;
        return std::nullopt;
    }

    void read_masks() {
        palette_at_ = file_header + size_;
        if (compression_ == plain) {
            if (header_.bits == 16) header_.masks = {0x7c00, 0x03e0, 0x001f, 0};
            if (header_.bits == 32) header_.masks = {0xff0000, 0x00ff00, 0x0000ff, 0};
            return;
        }
        if (header_.packing != BmpPacking::none) return;
        // Behind the smallest header, inside all later ones.
        const std::size_t count = size_ >= alpha_header || compression_ == masked_with_alpha ? 4 : 3;
        for (std::size_t i = 0; i < count; ++i) header_.masks[i] = field(info_header + 4 * i);
        if (size_ < masks_header) palette_at_ += 4 * count;
    }

    void read_palette() {
        palette_end_ = palette_at_;
        if (!header_.has_palette()) return;
        const std::size_t entry = is_core() ? 3 : 4;
        const std::uint32_t all = 1u << header_.bits;
        const std::uint32_t used = is_core() || field(32) == 0 ? all : std::min(field(32), all);
        const std::size_t room = number(10, 4) > palette_at_ ? (number(10, 4) - palette_at_) / entry : used;
        for (std::size_t i = 0; i < std::min<std::size_t>(used, room); ++i, palette_end_ += entry) {
            for (std::size_t colour = 3; colour > 0; --colour) {
                header_.palette.push_back(static_cast<char>(byte_at(file_, palette_end_ + colour - 1)));
            }
        }
        if (header_.palette.empty()) header_.palette.assign(3, '\0');
    }

    std::string_view file_;
    std::size_t size_;
    std::uint32_t compression_ = plain;
    std::size_t palette_at_ = 0, palette_end_ = 0;
    BmpHeader header_;
};

}  // namespace

std::variant<BmpHeader, FileNotMade> read_bmp_header(std::string_view untrusted) {
    return HeaderReader(untrusted).read();
}

}  // namespace mugaika::codec
