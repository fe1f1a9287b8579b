// LZMA and LZMA2 without a container around them, as the header of a 7z archive is packed; and the CRC that it has.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::locked {

enum class Packing : std::uint8_t { lzma, lzma2 };

// `bytes` of them, paid before they are made; `properties` as the archive has them. Nothing: that is not what the data
// are. Throws zip::Refused: inner_too_large.
std::optional<std::string> unpacked(Packing, std::string_view properties, std::string_view data, std::uint64_t bytes,
                                    FilePurse&);

std::uint32_t crc_of(std::string_view) noexcept;

}  // namespace mugaika::codec::locked
