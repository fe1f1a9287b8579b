// The cipher of 7z archives (coder 06F10701): AES-256 by CBC; the key is a SHA-256 over password and counter, up to
// 2^24 times. An archive has no sign of the right password but the CRC of what comes out.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>

#include "sanitizer/codec/locked/seven_zip_header.hpp"

namespace mugaika::codec::locked::seven_zip {

bool is_cipher(const Coder&) noexcept;

// How much one file may have hashed to make keys: writers spin 2^19 times over some twenty bytes.
inline constexpr std::uint64_t hashed_bytes_max = 1u << 30;

class Cipher {
public:
    // The password in UTF-8; what is none opens nothing. Throws zip::Refused: encrypted.
    explicit Cipher(std::string_view password);

    // `bytes` of what the coder gives for a packed stream. Throws zip::Refused: document_damaged, not_representable
    // when the key would cost more than is allowed.
    std::string decrypted(const Coder&, std::string_view packed, std::uint64_t bytes);

    // The last block was filled up with zeros, so many that only the right password shows them.
    bool has_seen_zeros() const noexcept { return has_seen_zeros_; }

private:
    const std::string& key_for(std::string_view salt, std::uint32_t power);

    std::string secret_;                                                 // UTF-16
    std::map<std::pair<std::string, std::uint32_t>, std::string> keys_;  // by salt and power
    std::uint64_t hashed_ = 0;
    bool has_seen_zeros_ = false;
};

// Whatever the crypto library sets up at first use.
void load_cipher();

}  // namespace mugaika::codec::locked::seven_zip
