#include "sanitizer/codec/pictures/exif_orientation.hpp"

#include "sanitizer/codec/pictures/big_endian.hpp"

namespace mugaika::codec {
namespace {

constexpr std::uint32_t orientation_tag = 0x0112, type_short = 3;
constexpr std::size_t entry_bytes = 12;
constexpr std::uint32_t entries_max = 1000;  // cameras write some 20

}  // namespace

int exif_orientation(std::string_view untrusted_tiff) noexcept {
    const bool is_big = untrusted_tiff.starts_with("MM");
    if (!is_big && !untrusted_tiff.starts_with("II")) return 1;
    const auto number = [&](std::size_t at, std::size_t size) {
        return is_big ? big_endian(untrusted_tiff, at, size) : little_endian(untrusted_tiff, at, size);
    };
    if (number(2, 2) != 42) return 1;
    const std::size_t directory = number(4, 4);
    const std::uint32_t entries = number(directory, 2);
    for (std::uint32_t i = 0; i < entries && i < entries_max; ++i) {
        const std::size_t entry = directory + 2 + i * entry_bytes;
        if (number(entry, 2) != orientation_tag) continue;
        const std::uint32_t value = number(entry + 8, 2);
        const bool is_meant = number(entry + 2, 2) == type_short && number(entry + 4, 4) == 1;
        return is_meant && value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
    }
    return 1;
}

std::array<char, orientation_app1_bytes> orientation_app1(int orientation) noexcept {
    return {'E',  'x',  'i', 'f', 0, 0,                                                 //
            'M',  'M',  0,   42,  0, 0, 0, 8,                                           // the directory follows
            0,    1,                                                                    // one entry
            0x01, 0x12, 0,   3,   0, 0, 0, 1, 0, static_cast<char>(orientation), 0, 0,  //
            0,    0,    0,   0};                                                        // no further directory
}

}  // namespace mugaika::codec
