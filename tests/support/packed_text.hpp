// Packs a text as gzip, zstd and xz would, with the libraries' own packers.
#pragma once

#include <lzma.h>
#include <zlib.h>
#include <zstd.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>

namespace mugaika {

inline std::string gzipped(std::string_view text) {
    z_stream stream{};
    if (deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::runtime_error("zlib");
    std::string packed(deflateBound(&stream, static_cast<uLong>(text.size())) + 64, '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
    stream.avail_in = static_cast<uInt>(text.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    if (deflate(&stream, Z_FINISH) != Z_STREAM_END) throw std::runtime_error("zlib");
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    return packed;
}

// As `zstd` writes it: with a checksum.
inline std::string zstded(std::string_view text) {
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);
    std::string packed(ZSTD_compressBound(text.size()), '\0');
    const std::size_t made = ZSTD_compress2(context, packed.data(), packed.size(), text.data(), text.size());
    ZSTD_freeCCtx(context);
    if (ZSTD_isError(made) != 0) throw std::runtime_error("zstd");
    packed.resize(made);
    return packed;
}

// "x\n" in a frame that asks for a window of 2^window_log bytes (RFC 8878 3.1.1).
inline std::string zstd_frame(int window_log) {
    std::string frame("\x28\xb5\x2f\xfd\x00", 5);
    frame.push_back(static_cast<char>((window_log - 10) << 3));
    return frame + std::string("\x11\x00\x00x\n", 5);  // the last block, raw, two bytes
}

inline std::string xzed(std::string_view text) {
    lzma_options_lzma options{};
    lzma_lzma_preset(&options, 0);
    lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
    std::string packed(lzma_stream_buffer_bound(text.size()), '\0');
    std::size_t made = 0;
    const lzma_ret code = lzma_stream_buffer_encode(
        filters, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()), text.size(),
        reinterpret_cast<std::uint8_t*>(packed.data()), &made, packed.size());
    if (code != LZMA_OK) throw std::runtime_error("xz");
    packed.resize(made);
    return packed;
}

// The same with another size of the dictionary in its block header (the xz file format, 3.1 and 5.3.1).
inline std::string xzed_with_dictionary(std::string_view text, char dictionary_code) {
    std::string packed = xzed(text);
    constexpr std::size_t block = 12;  // behind the stream header
    const std::size_t header_bytes = (static_cast<unsigned char>(packed.at(block)) + 1u) * 4;
    const std::size_t lzma2 = packed.find("\x21\x01", block);
    if (lzma2 >= block + header_bytes) throw std::runtime_error("xz");
    packed.at(lzma2 + 2) = dictionary_code;
    const std::uint32_t crc =
        lzma_crc32(reinterpret_cast<const std::uint8_t*>(packed.data()) + block, header_bytes - 4, 0);
    for (std::size_t i = 0; i < 4; ++i) {
        packed.at(block + header_bytes - 4 + i) = static_cast<char>((crc >> (8 * i)) & 0xff);
    }
    return packed;
}

}  // namespace mugaika
