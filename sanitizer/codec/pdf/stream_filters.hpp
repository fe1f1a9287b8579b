// Decoders of what stands between a stream's bytes and its data (ISO 32000-1, 7.4), each bounded by what its caller can
// pay. Damaged data gives what could be read up to the damage, as readers show it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mugaika::codec::pdf {

// Nothing when the data would be larger than `bytes_max`.
using Decoded = std::optional<std::string>;

Decoded decode_ascii_hex(std::string_view, std::uint64_t bytes_max);
Decoded decode_ascii_85(std::string_view, std::uint64_t bytes_max);
Decoded decode_run_length(std::string_view, std::uint64_t bytes_max);
Decoded decode_lzw(std::string_view, bool changes_early, std::uint64_t bytes_max);
Decoded decode_flate(std::string_view, std::uint64_t bytes_max);

struct Inflated {
    std::string data;
    // One zlib stream with its checksum and nothing else, not larger than its data would be in stored blocks.
    bool is_tidy = false;
};
// As decode_flate.
std::optional<Inflated> inflate(std::string_view, std::uint64_t bytes_max);

// zlib, always the same bytes for the same data.
std::string encode_flate(std::string_view);

}  // namespace mugaika::codec::pdf
