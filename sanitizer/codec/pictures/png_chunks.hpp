// The chunks of a PNG (ISO 15948 5.3), one after the other.
#pragma once

#include <optional>
#include <string_view>

namespace mugaika::codec {

inline constexpr std::string_view png_signature{"\x89PNG\r\n\x1a\n", 8};

struct PngChunk {
    std::string_view type;   // four bytes
    std::string_view data;   // shorter than it was stated when the file ends within
    bool is_intact = false;  // complete and its CRC is right

    bool is_critical() const noexcept { return (static_cast<unsigned char>(type.front()) & 0x20) == 0; }
};

class PngChunks {
public:
    // Without the signature.
    explicit PngChunks(std::string_view untrusted) : rest_(untrusted) {}

    // Nothing at the end, and when less than a chunk is left.
    std::optional<PngChunk> next() noexcept;
    std::string_view rest() const noexcept { return rest_; }

private:
    std::string_view rest_;
};

}  // namespace mugaika::codec
