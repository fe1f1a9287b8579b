#include "sanitizer/codec/locked/xor_obfuscation.hpp"

#include <bit>

#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::locked {
namespace {

constexpr std::size_t password_bytes_max = 15;

constexpr std::array<std::uint8_t, 15> fillers{0xbb, 0xff, 0xff, 0xba, 0xff, 0xff, 0xb9, 0x80,
                                               0x00, 0xbe, 0x0f, 0x00, 0xbf, 0x0f, 0x00};

// By the password's length.
constexpr std::array<std::uint16_t, 15> first_codes{0xe1f0, 0x1d0f, 0xcc9c, 0x84c0, 0x110c, 0x0e10, 0xf1ce, 0x313e,
                                                    0x1872, 0xe139, 0xd40f, 0x84f9, 0x280c, 0xa96a, 0x4ec3};

// Seven for each letter, the last letter's last.
constexpr std::array<std::uint16_t, 105> matrix{
    0xaefc, 0x4dd9, 0x9bb2, 0x2745, 0x4e8a, 0x9d14, 0x2a09, 0x7b61, 0xf6c2, 0xfda5, 0xeb6b, 0xc6f7, 0x9dcf, 0x2bbf,
    0x4563, 0x8ac6, 0x05ad, 0x0b5a, 0x16b4, 0x2d68, 0x5ad0, 0x0375, 0x06ea, 0x0dd4, 0x1ba8, 0x3750, 0x6ea0, 0xdd40,
    0xd849, 0xa0b3, 0x5147, 0xa28e, 0x553d, 0xaa7a, 0x44d5, 0x6f45, 0xde8a, 0xad35, 0x4a4b, 0x9496, 0x390d, 0x721a,
    0xeb23, 0xc667, 0x9cef, 0x29ff, 0x53fe, 0xa7fc, 0x5fd9, 0x47d3, 0x8fa6, 0x0f6d, 0x1eda, 0x3db4, 0x7b68, 0xf6d0,
    0xb861, 0x60e3, 0xc1c6, 0x93ad, 0x377b, 0x6ef6, 0xddec, 0x45a0, 0x8b40, 0x06a1, 0x0d42, 0x1a84, 0x3508, 0x6a10,
    0xaa51, 0x4483, 0x8906, 0x022d, 0x045a, 0x08b4, 0x1168, 0x76b4, 0xed68, 0xcaf1, 0x85c3, 0x1ba7, 0x374e, 0x6e9c,
    0x3730, 0x6e60, 0xdcc0, 0xa9a1, 0x4363, 0x86c6, 0x1dad, 0x3331, 0x6662, 0xccc4, 0x89a9, 0x0373, 0x06e6, 0x0dcc,
    0x1021, 0x2042, 0x4084, 0x8108, 0x1231, 0x2462, 0x48c4};

std::uint16_t key_of(std::string_view password) {
    std::uint16_t key = first_codes[password.size() - 1];
    std::size_t at = matrix.size();
    for (std::size_t i = password.size(); i > 0; --i) {
        auto letter = static_cast<std::uint8_t>(password[i - 1]);
        for (int bit = 0; bit < 7; ++bit, letter = static_cast<std::uint8_t>(letter << 1)) {
            --at;
            if ((letter & 0x40) != 0) key = static_cast<std::uint16_t>(key ^ matrix[at]);
        }
    }
    return key;
}

// Each letter, and at last their number, turns fifteen bits by one and is mixed in.
std::uint16_t verifier_of(std::string_view password) {
    std::uint32_t sum = 0;
    const auto mix = [&](std::uint32_t value) { sum = ((sum >> 14 & 1) | (sum << 1 & 0x7fff)) ^ value; };
    for (std::size_t i = password.size(); i > 0; --i) mix(static_cast<std::uint8_t>(password[i - 1]));
    mix(static_cast<std::uint32_t>(password.size()));
    return static_cast<std::uint16_t>(sum ^ 0xce4b);
}

}  // namespace

XorObfuscation::XorObfuscation(std::uint32_t key, std::uint32_t verifier, std::string_view password) {
    password = password.substr(0, password_bytes_max);
    const bool is_right = !password.empty() && key_of(password) == key && verifier_of(password) == verifier;
    if (!is_right) throw zip::Refused{Reason::encrypted, "the password does not open it"};
    for (std::size_t i = 0; i < array_.size(); ++i) {
        const std::uint32_t letter =
            i < password.size() ? static_cast<std::uint8_t>(password[i]) : fillers[i - password.size()];
        const std::uint32_t half = i % 2 == 0 ? key & 0xff : key >> 8;
        array_[i] = std::rotr(static_cast<std::uint8_t>(letter ^ half), 1);
    }
}

void XorObfuscation::decrypt(std::size_t turn, char* bytes, std::size_t size) const noexcept {
    for (std::size_t i = 0; i < size; ++i) {
        const auto mixed = static_cast<std::uint8_t>(static_cast<std::uint8_t>(bytes[i]) ^ array_[(turn + i) % 16]);
        bytes[i] = static_cast<char>(std::rotr(mixed, 5));
    }
}

}  // namespace mugaika::codec::locked
