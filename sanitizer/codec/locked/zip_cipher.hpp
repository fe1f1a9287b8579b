// The two ways in which members of ZIP files are encrypted: the one of PKZIP 2 ("ZipCrypto", APPNOTE 6.1), and AES as
// WinZip has written it since 2003 (AE-1 and AE-2, with an authentication code). Nothing is unpacked here.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "sanitizer/codec/zip/directory.hpp"

namespace mugaika::codec::locked {

// The field 0x9901 of a member that is encrypted by AES.
struct AesField {
    bool has_crc = false;  // AE-1; AE-2 leaves the CRC out, which would tell what is in a short file
    std::size_t key_bytes = 0;
    std::uint32_t method = 0;  // of the data, once they are decrypted
};
// Nothing where the member is encrypted the old way. Throws zip::Refused: document_damaged, not_representable for a
// field of another maker.
std::optional<AesField> aes_field(const zip::Entry&);

// The data as they were packed. Nothing: the password is another one, as far as the check in front of the data says; a
// wrong one passes the old check once in 256 times, that of AES once in 65,536. Throws zip::Refused: document_damaged
// for data that are too short, and by AES where the authentication code is not that of the data.
std::optional<std::string> decrypted(const zip::Entry&, std::string_view password);
std::optional<std::string> decrypted_by_aes(const zip::Entry&, const AesField&, std::string_view password);

// Whatever the crypto library sets up at first use.
void load_ciphers();

}  // namespace mugaika::codec::locked
