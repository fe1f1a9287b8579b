// RC4 of Word, Excel and PowerPoint before the packages ([MS-OFFCRYPTO] 2.3.5 and 2.3.6): the form of Office 97, whose
// keys have 40 bits, and the one by CryptoAPI, whose keys have 40 to 128. A stream is cut into blocks, each with a key.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <variant>

namespace mugaika::codec::locked {

class OfficeCipher {
public:
    // `info` begins with the version and may have more behind it; the password in UTF-8. Throws zip::Refused: encrypted
    // for a wrong password, document_damaged, not_representable for another cipher.
    OfficeCipher(std::string_view info, std::string_view password);

    // In place, from the beginning of this block on, with its key alone.
    void decrypt(std::uint32_t block, char* bytes, std::size_t size) const;
    // A stream from its beginning: blocks of this size, counted from 0.
    void decrypt_blocks(std::string& stream, std::size_t block_bytes) const;

private:
    std::string key_for(std::uint32_t block) const;

    bool by_crypto_api_;
    std::size_t key_bytes_;
    std::string digest_;  // of salt and password
};

// Whatever the crypto library sets up at first use.
void load_office_cipher();

}  // namespace mugaika::codec::locked
