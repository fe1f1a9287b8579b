// The packings that rotated logs come in, known by their first bytes, and their unpacking piece by piece. Memory is
// bounded whatever the packed bytes ask for; several members one behind the other are one text, as the packing
// programs have it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "policy/result.hpp"

namespace mugaika {

enum class Packing : std::uint8_t {
    gzip,
    zstd,
    xz,
    bzip2,     // known, so that it can be named, but not read
    lz4,       // likewise
    compress,  // likewise
};
std::string_view to_string(Packing) noexcept;
std::optional<Packing> packing_of_bytes(std::string_view first_bytes) noexcept;  // six are enough
std::optional<Packing> packing_of_name(std::string_view file_name) noexcept;
std::string_view suffix(Packing) noexcept;  // ".gz"

inline constexpr std::size_t unpack_memory_max = 128u << 20;  // what `xz -9` and `zstd --long` need

class Unpacker {
public:
    virtual ~Unpacker() = default;

    // Takes packed bytes from the front of `packed` and fills `room`; the number of bytes made may be 0 while more
    // packed bytes are needed. `is_end`: none come after these. Words of an Error say what is wrong, not where.
    virtual Result<std::size_t> unpack(std::string_view& packed, bool is_end, std::span<char> room) = 0;

    // All members so far are complete, so that the text may end here.
    virtual bool may_end() const noexcept = 0;
};

// Fault::bad_input for a packing that is not read here.
Result<std::unique_ptr<Unpacker>> make_unpacker(Packing);

}  // namespace mugaika
