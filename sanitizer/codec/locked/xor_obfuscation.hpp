// What Excel had before ciphers, and still writes when asked to ([MS-OFFCRYPTO] 2.3.7, method 1): sixteen bytes of the
// password, again and again.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace mugaika::codec::locked {

class XorObfuscation {
public:
    // Key and verifier as the workbook has them; of the password, in bytes of its charset, fifteen count. Throws
    // zip::Refused: encrypted for a wrong one.
    XorObfuscation(std::uint32_t key, std::uint32_t verifier, std::string_view password);

    // In place. `turn`: where in the sixteen bytes the first one stands.
    void decrypt(std::size_t turn, char* bytes, std::size_t size) const noexcept;

private:
    std::array<std::uint8_t, 16> array_{};
};

}  // namespace mugaika::codec::locked
