#include "sanitizer/codec/pictures/bmp_rle.hpp"

#include <algorithm>

#include "sanitizer/codec/pictures/big_endian.hpp"

namespace mugaika::codec {
namespace {

constexpr std::uint8_t end_of_row = 0, end_of_picture = 1, move = 2;

class RleReader {
public:
    RleReader(const BmpHeader& header, std::string& rows) : header_(header), rows_(rows), in_(header.pixels) {}

    bool read() noexcept {
        while (y_ < header_.height) {
            if (in_.size() < 2) return false;
            const std::uint8_t count = byte_at(in_, 0), what = byte_at(in_, 1);
            in_.remove_prefix(2);
            if (count > 0) {
                for (unsigned i = 0; i < count; ++i) put(is_half() ? half(what, i) : what);
            } else if (what == end_of_picture) {
                return true;
            } else if (what == end_of_row) {
                x_ = 0;
                ++y_;
            } else if (!(what == move ? read_move() : read_literal(what))) {
                return false;
            }
        }
        return true;
    }

private:
    bool is_half() const noexcept { return header_.packing == BmpPacking::rle4; }
    static std::uint8_t half(std::uint8_t both, unsigned i) noexcept {
        return static_cast<std::uint8_t>(i % 2 == 0 ? both >> 4 : both & 15);
    }

    void put(std::uint8_t pixel) noexcept {
        if (x_ < header_.width) {
            const std::size_t row = header_.is_top_down ? y_ : header_.height - 1 - y_;
            rows_[row * (header_.width + std::size_t{1}) + 1 + x_] = static_cast<char>(pixel);
            ++x_;
        }
    }

    bool read_move() noexcept {
        if (in_.size() < 2) return false;
        x_ = std::min(header_.width, x_ + byte_at(in_, 0));
        y_ += byte_at(in_, 1);
        in_.remove_prefix(2);
        return true;
    }

    bool read_literal(std::uint8_t count) noexcept {
        const std::size_t bytes = is_half() ? (count + 1u) / 2 : count;
        const std::size_t padded = bytes + bytes % 2;
        if (in_.size() < bytes) return false;
        for (unsigned i = 0; i < count; ++i) put(is_half() ? half(byte_at(in_, i / 2), i) : byte_at(in_, i));
        in_.remove_prefix(std::min(in_.size(), padded));
        return true;
    }

    const BmpHeader& header_;
    std::string& rows_;
    std::string_view in_;
    std::uint32_t x_ = 0;
    std::uint64_t y_ = 0;  // as the file counts, mostly from below
};

}  // namespace

bool unpack_bmp_rle(const BmpHeader& header, std::string& rows) noexcept { return RleReader(header, rows).read(); }

}  // namespace mugaika::codec
