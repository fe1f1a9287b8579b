#include "sanitizer/codec/pictures/png_chunks.hpp"

#include <libdeflate.h>

#include <algorithm>

#include "sanitizer/codec/pictures/big_endian.hpp"

namespace mugaika::codec {

std::optional<PngChunk> PngChunks::next() noexcept {
    if (rest_.size() < 8) return std::nullopt;
    const std::size_t stated = big_endian(rest_, 0, 4);
    PngChunk chunk;
    chunk.type = rest_.substr(4, 4);
    chunk.data = rest_.substr(8, stated);
    const std::size_t crc_at = 8 + chunk.data.size();
    if (rest_.size() - crc_at >= 4) {
        const std::string_view checked = rest_.substr(4, 4 + chunk.data.size());
        chunk.is_intact = libdeflate_crc32(0, checked.data(), checked.size()) == big_endian(rest_, crc_at, 4);
    }
    rest_.remove_prefix(std::min(rest_.size(), crc_at + 4));
    return chunk;
}

}  // namespace mugaika::codec
