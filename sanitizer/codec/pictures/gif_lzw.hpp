// The compressed pixels of a GIF image (GIF89a appendix F).
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mugaika::codec {

// The sub-blocks of a GIF, one byte at a time, so that nothing has to be put together first.
class GifSubBlocks {
public:
    explicit GifSubBlocks(std::string_view untrusted) : rest_(untrusted) {}

    // -1 at the end of the last block, and where the file ends.
    int next_byte() noexcept;
    // Goes to the end of the last block and gives what follows it.
    std::string_view skip() noexcept;

private:
    std::string_view rest_;
    std::size_t in_block_ = 0;  // bytes left of the current one
    bool is_over_ = false;
};

class GifLzw {
public:
    // The standard has up to 8. With more, of which a few writers are fond, pixels keep their low 8 bits.
    static constexpr unsigned first_code_bits_max = 11;

    // `code_bits` is 1 to first_code_bits_max.
    GifLzw(GifSubBlocks& blocks, unsigned code_bits) noexcept;

    // The next pixel; -1 at the end, and at a code that cannot be.
    int next_pixel() noexcept;

private:
    static constexpr unsigned bits_max = 12, codes_max = 1u << bits_max;

    int next_code() noexcept;
    bool start_string(unsigned code) noexcept;
    void reset() noexcept;

    GifSubBlocks& blocks_;
    unsigned clear_, end_, first_bits_;
    unsigned bits_ = 0, next_free_ = 0;
    int previous_ = -1;
    std::uint32_t waiting_ = 0;  // bits not yet used
    unsigned waiting_count_ = 0;
    std::array<std::uint16_t, codes_max> prefix_{};
    std::array<std::uint8_t, codes_max> last_{};
    std::array<std::uint8_t, codes_max + 1> string_{};  // the pixels of the current code, last one first
    std::size_t string_size_ = 0;
    std::uint8_t first_pixel_ = 0;  // of the previous code
};

}  // namespace mugaika::codec
