// A ZIP member's bytes: stored or deflated (RFC 1951), held against what its header says while they come out.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::zip {

struct Packed {
    std::uint32_t method = 0;
    std::uint32_t crc = 0;
    std::uint64_t size = 0;  // as declared
    std::string_view bytes;  // of the file
};

bool is_known_method(std::uint32_t method) noexcept;

// Up to this size a member is unpacked at once, by libdeflate, in a quarter of the time that zlib takes for its pieces.
constexpr std::uint64_t at_once_bytes_max = 4 << 20;

// Hands the bytes on in pieces of at most 64 KB; the sink returns false to stop early. With a purse each piece is paid
// before it is handed on; without, it was paid by an earlier reading of the same member. The method must be known.
// Throws Refused: document_damaged, inner_too_large.
void unpack(const Packed&, FilePurse*, const std::function<bool(std::string_view)>& sink);
std::string unpack_whole(const Packed&, FilePurse&);

// Deflated, and so small. Then it comes as one piece too, on the same conditions: into the room of as many bytes as the
// member's size that `room` gives once they are paid.
bool is_unpacked_at_once(const Packed&) noexcept;
void unpack_at_once(const Packed&, FilePurse*, const std::function<char*(std::size_t)>& room);

// The CRC of a member whose headers do not say it: all that is held against them is its size. Each byte is paid; throws
// as above.
std::uint32_t measured_crc(const Packed&, FilePurse&);

}  // namespace mugaika::codec::zip
