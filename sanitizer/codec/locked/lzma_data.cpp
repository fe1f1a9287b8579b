#include "sanitizer/codec/locked/lzma_data.hpp"

#include <lzma.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>

#include "policy/c_handle.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::locked {
namespace {

const std::uint8_t* raw(std::string_view bytes) { return reinterpret_cast<const std::uint8_t*>(bytes.data()); }

// No more of it than is unpacked: how far back a match may lie is bounded by what there is.
std::uint32_t needed_dictionary(std::uint32_t stated, std::uint64_t bytes) {
    return static_cast<std::uint32_t>(
        std::clamp<std::uint64_t>(bytes, LZMA_DICT_SIZE_MIN, std::max<std::uint32_t>(stated, LZMA_DICT_SIZE_MIN)));
}

}  // namespace

std::optional<std::string> unpacked(Packing packing, std::string_view properties, std::string_view data,
                                    std::uint64_t bytes, FilePurse& purse) {
    if (bytes == 0) return std::nullopt;
    lzma_filter filter{packing == Packing::lzma ? LZMA_FILTER_LZMA1 : LZMA_FILTER_LZMA2, nullptr};
    if (lzma_properties_decode(&filter, nullptr, raw(properties), properties.size()) != LZMA_OK) return std::nullopt;
    const CHandle<void, std::free> options(filter.options);
    auto* const of_lzma = static_cast<lzma_options_lzma*>(filter.options);
    of_lzma->dict_size = needed_dictionary(of_lzma->dict_size, bytes);
    if (!purse.take_inner(bytes)) throw zip::Refused{Reason::inner_too_large, "the header is larger than allowed"};
    const std::array<lzma_filter, 2> chain{filter, lzma_filter{LZMA_VLI_UNKNOWN, nullptr}};
    lzma_stream stream = LZMA_STREAM_INIT;
    if (lzma_raw_decoder(&stream, chain.data()) != LZMA_OK) return std::nullopt;
    const CHandle<lzma_stream, lzma_end> ended(&stream);
    std::string out(bytes, '\0');
    stream.next_in = raw(data);
    stream.avail_in = data.size();
    stream.next_out = reinterpret_cast<std::uint8_t*>(out.data());
    stream.avail_out = out.size();
    const lzma_ret state = lzma_code(&stream, LZMA_RUN);
    const bool is_whole = (state == LZMA_OK || state == LZMA_STREAM_END) && stream.avail_out == 0;
    return is_whole ? std::optional(std::move(out)) : std::nullopt;
}

std::uint32_t crc_of(std::string_view bytes) noexcept { return lzma_crc32(raw(bytes), bytes.size(), 0); }

}  // namespace mugaika::codec::locked
