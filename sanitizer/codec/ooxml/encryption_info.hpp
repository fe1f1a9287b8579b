// How a package says that it is encrypted ([MS-OFFCRYPTO] 2.3.4): the two forms that Office has written since 2007. All
// values have the length that their algorithms want.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

#include "sanitizer/codec/ooxml/package_crypto.hpp"

namespace mugaika::codec::ooxml {

// AES by ECB, SHA-1 with spins of a fixed number (2.3.4.5).
struct StandardInfo {
    std::size_t key_bytes = 0;  // 16, 24 or 32
    std::string salt;
    std::string verifier;       // encrypted
    std::string verifier_hash;  // encrypted
};

// AES by CBC, a descriptor in XML (2.3.4.10).
struct AgileInfo {
    struct Keyed {
        Digest digest = Digest::sha1;
        std::size_t key_bytes = 0;
        std::string salt;
    };
    Keyed data;               // of the package
    std::string hmac_key;     // encrypted; "" when the package has no digest
    std::string hmac_value;   // encrypted
    Keyed password;           // of what stands below, which a password opens
    std::uint32_t spins = 0;  // at most spins_max
    std::string verifier;     // encrypted, each of them
    std::string verifier_hash;
    std::string key;
};

// Office writes 100,000; a tenth of a second. The format allows 10,000,000.
inline constexpr std::uint32_t spins_max = 1'000'000;

using EncryptionInfo = std::variant<StandardInfo, AgileInfo>;

// Throws Refused: encrypted for a form, an algorithm or a number of spins that nobody here knows or wants to pay, and
// where no password opens it; document_damaged; not_representable for a document type.
EncryptionInfo read_encryption_info(std::string_view untrusted);

}  // namespace mugaika::codec::ooxml
