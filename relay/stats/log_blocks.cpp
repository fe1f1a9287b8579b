#include "relay/stats/log_blocks.hpp"

#include <algorithm>
#include <cstring>

namespace mugaika {

// As much as there is room for, or all that is left.
Result<void> LogBlocks::fill(LogBlock& block) {
    const std::size_t room = block.bytes_.size() - LogBlock::padding;
    while (block.filled_ < room && !is_end_) {
        const auto made = source_.read(std::span(block.bytes_).subspan(block.filled_, room - block.filled_));
        if (!made) return made.error();
        block.filled_ += *made;
        is_end_ = *made == 0;
    }
    return {};
}

// Keeps what stands behind the last whole line for the next block. False: there is none.
bool LogBlocks::cut(LogBlock& block) {
    const void* newline = ::memrchr(block.bytes_.data(), '\n', block.filled_);
    if (newline == nullptr) return false;
    const auto whole = static_cast<std::size_t>(static_cast<const char*>(newline) - block.bytes_.data()) + 1;
    rest_.assign(block.bytes_.data() + whole, block.bytes_.data() + block.filled_);
    block.filled_ = whole;
    return true;
}

// Keeps what stands behind the line's end.
Result<void> LogBlocks::skip_line() {
    LogBlock piece;
    piece.bytes_.resize(LogBlock::bytes + LogBlock::padding);
    while (!is_end_) {
        piece.filled_ = 0;
        const auto filled = fill(piece);
        if (!filled) return filled.error();
        const void* newline = std::memchr(piece.bytes_.data(), '\n', piece.filled_);
        if (newline == nullptr) continue;
        rest_.assign(static_cast<const char*>(newline) + 1, std::as_const(piece.bytes_).data() + piece.filled_);
        return {};
    }
    return {};
}

Result<bool> LogBlocks::next(LogBlock& block) {
    if (fault_) return *fault_;
    block.is_too_long_line_ = false;
    const std::size_t wanted = std::max(LogBlock::bytes, rest_.size()) + LogBlock::padding;
    if (block.bytes_.size() < wanted) block.bytes_.resize(wanted);
    std::copy(rest_.begin(), rest_.end(), block.bytes_.begin());
    block.filled_ = rest_.size();
    rest_.clear();
    for (;;) {
        if (const auto filled = fill(block); !filled) {
            fault_ = filled.error();
            if (!cut(block)) return *fault_;
            return true;
        }
        if (cut(block)) return true;
        const bool fits = block.filled_ <= log_line_bytes_max;
        if (is_end_ && fits) return block.filled_ > 0;
        if (!fits) break;
        block.bytes_.resize(std::min(2 * block.bytes_.size(), log_line_bytes_max + 1 + LogBlock::padding));
    }
    block.filled_ = 0;
    block.is_too_long_line_ = true;
    if (const auto skipped = skip_line(); !skipped) fault_ = skipped.error();
    return true;
}

}  // namespace mugaika
