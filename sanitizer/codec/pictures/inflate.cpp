#include "sanitizer/codec/pictures/inflate.hpp"

#include <libdeflate.h>

#include <new>

#include "policy/c_handle.hpp"
#include "sanitizer/codec/pictures/big_endian.hpp"

namespace mugaika::codec {
namespace {

constexpr std::size_t wrapper_bytes = 2, checksum_bytes = 4;
constexpr std::size_t surplus_max = 64u << 10;  // writers that pad the last row

bool is_zlib_header(std::string_view stream) noexcept {
    const std::uint32_t both = big_endian(stream, 0, 2);
    const std::uint32_t method = both >> 8 & 0x0f, window = both >> 12, dictionary = both & 0x20;
    return stream.size() > wrapper_bytes && method == 8 && window <= 7 && dictionary == 0 && both % 31 == 0;
}

struct Step {
    libdeflate_result result;
    std::size_t in = 0, out = 0;
};

Step inflate_into(std::string& room, std::string_view deflated) {
    const CHandle<libdeflate_decompressor, libdeflate_free_decompressor> decompressor(libdeflate_alloc_decompressor());
    if (!decompressor) throw std::bad_alloc();
    Step step{};
    step.result = libdeflate_deflate_decompress_ex(decompressor.get(), deflated.data(), deflated.size(), room.data(),
                                                   room.size(), &step.in, &step.out);
    return step;
}

}  // namespace

std::optional<Inflated> inflate(std::string_view untrusted, std::uint64_t wanted) {
    if (!is_zlib_header(untrusted)) return std::nullopt;
    const std::string_view deflated = untrusted.substr(wrapper_bytes);
    Inflated inflated;
    inflated.bytes.resize(wanted);
    Step step = inflate_into(inflated.bytes, deflated);
    if (step.result == LIBDEFLATE_INSUFFICIENT_SPACE) {
        inflated.bytes.resize(wanted + surplus_max);
        step = inflate_into(inflated.bytes, deflated);
    }
    if (step.result != LIBDEFLATE_SUCCESS) return std::nullopt;
    inflated.bytes.resize(step.out);
    const std::uint32_t sum = libdeflate_adler32(1, inflated.bytes.data(), inflated.bytes.size());
    const bool is_sum_right = deflated.size() - step.in >= checksum_bytes && sum == big_endian(deflated, step.in, 4);
    inflated.is_exact = is_sum_right && step.out >= wanted;
    inflated.has_more = step.out > wanted || deflated.size() - step.in > checksum_bytes;
    if (step.out > wanted) inflated.bytes.resize(wanted);
    return inflated;
}

}  // namespace mugaika::codec
