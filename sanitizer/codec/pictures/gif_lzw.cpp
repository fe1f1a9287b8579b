#include "sanitizer/codec/pictures/gif_lzw.hpp"

#include <algorithm>

namespace mugaika::codec {

int GifSubBlocks::next_byte() noexcept {
    if (in_block_ == 0) {
        if (is_over_ || rest_.empty()) return -1;
        in_block_ = static_cast<unsigned char>(rest_.front());
        rest_.remove_prefix(1);
        is_over_ = in_block_ == 0;
    }
    if (is_over_ || rest_.empty()) return -1;
    const int byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    --in_block_;
    return byte;
}

std::string_view GifSubBlocks::skip() noexcept {
    while (!is_over_ && !rest_.empty()) {
        rest_.remove_prefix(std::min(rest_.size(), in_block_));
        in_block_ = rest_.empty() ? 0 : static_cast<unsigned char>(rest_.front());
        if (!rest_.empty()) rest_.remove_prefix(1);
        is_over_ = in_block_ == 0;
    }
    return rest_;
}

GifLzw::GifLzw(GifSubBlocks& blocks, unsigned code_bits) noexcept
    : blocks_(blocks), clear_(1u << code_bits), end_(clear_ + 1), first_bits_(code_bits + 1) {
    for (unsigned code = 0; code < clear_; ++code) last_[code] = static_cast<std::uint8_t>(code);
    reset();
}

void GifLzw::reset() noexcept {
    bits_ = first_bits_;
    next_free_ = end_ + 1;
    previous_ = -1;
}

int GifLzw::next_code() noexcept {
    while (waiting_count_ < bits_) {
        const int byte = blocks_.next_byte();
        if (byte < 0) return -1;
        waiting_ |= static_cast<std::uint32_t>(byte) << waiting_count_;
        waiting_count_ += 8;
    }
    const std::uint32_t code = waiting_ & ((1u << bits_) - 1);
    waiting_ >>= bits_;
    waiting_count_ -= bits_;
    return static_cast<int>(code);
}

// Puts the pixels of a code into string_ and the new code into the table; a full table stays as it is until a clear.
bool GifLzw::start_string(unsigned code) noexcept {
    if (code > next_free_ || (code == next_free_ && previous_ < 0) || code >= codes_max) return false;
    string_size_ = 0;
    unsigned at = code;
    if (code == next_free_) {  // the code that is made by this very step
        string_[string_size_++] = first_pixel_;
        at = static_cast<unsigned>(previous_);
    }
    // A prefix is always a smaller code, so this ends.
    for (; at > end_; at = prefix_[at]) string_[string_size_++] = last_[at];
    first_pixel_ = last_[at];
    string_[string_size_++] = first_pixel_;
    if (previous_ >= 0 && next_free_ < codes_max) {
        prefix_[next_free_] = static_cast<std::uint16_t>(previous_);
        last_[next_free_] = first_pixel_;
        ++next_free_;
        if (next_free_ == 1u << bits_ && bits_ < bits_max) ++bits_;
    }
    previous_ = static_cast<int>(code);
    return true;
}

int GifLzw::next_pixel() noexcept {
    while (string_size_ == 0) {
        const int code = next_code();
        if (code < 0 || code == static_cast<int>(end_)) return -1;
        if (code == static_cast<int>(clear_)) {
            reset();
        } else if (!start_string(static_cast<unsigned>(code))) {
            return -1;
        }
    }
    return string_[--string_size_];
}

}  // namespace mugaika::codec
