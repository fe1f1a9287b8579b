#include "sanitizer/codec/locked/zip_cipher.hpp"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <stdexcept>

#include "policy/c_handle.hpp"
#include "sanitizer/codec/ooxml/package_crypto.hpp"
#include "sanitizer/codec/zip/little_endian.hpp"

namespace mugaika::codec::locked {
namespace {

using zip::damaged;
using zip::number16;

constexpr std::uint32_t aes_extra = 0x9901;
constexpr std::size_t classic_header_bytes = 12;
constexpr std::size_t verifier_bytes = 2;
constexpr std::size_t code_bytes = 10;  // of the HMAC's twenty
constexpr int rounds = 1000;            // of PBKDF2, the same in every file

void demand(bool is_given) {
    if (!is_given) throw std::runtime_error("the crypto library does not give what was asked for");
}

// APPNOTE 6.1.5: three keys that each plain byte changes.
class ClassicKeys {
public:
    explicit ClassicKeys(std::string_view password) noexcept {
        for (const char c : password) update(static_cast<std::uint8_t>(c));
    }

    std::uint8_t decrypted(std::uint8_t byte) noexcept {
        const std::uint32_t mixed = (keys_[2] | 2) & 0xffff;
        const auto plain = static_cast<std::uint8_t>(byte ^ ((mixed * (mixed ^ 1)) >> 8 & 0xff));
        update(plain);
        return plain;
    }

private:
    std::uint32_t crc(std::uint32_t sum, std::uint32_t byte) const noexcept {
        return static_cast<std::uint32_t>(table_[(sum ^ byte) & 0xff]) ^ (sum >> 8);
    }
    void update(std::uint8_t plain) noexcept {
        keys_[0] = crc(keys_[0], plain);
        keys_[1] = (keys_[1] + (keys_[0] & 0xff)) * 134775813 + 1;
        keys_[2] = crc(keys_[2], keys_[1] >> 24);
    }

    const z_crc_t* table_ = get_crc_table();
    std::array<std::uint32_t, 3> keys_{0x12345678, 0x23456789, 0x34567890};
};

struct AesKeys {
    std::string cipher;
    std::string code;
    std::string verifier;
};

AesKeys aes_keys(std::string_view password, std::string_view salt, std::size_t key_bytes) {
    std::string made(2 * key_bytes + verifier_bytes, '\0');
    demand(PKCS5_PBKDF2_HMAC_SHA1(password.data(), static_cast<int>(password.size()),
                                  reinterpret_cast<const unsigned char*>(salt.data()), static_cast<int>(salt.size()),
                                  rounds, static_cast<int>(made.size()),
                                  reinterpret_cast<unsigned char*>(made.data())) == 1);
    return {made.substr(0, key_bytes), made.substr(key_bytes, key_bytes), made.substr(2 * key_bytes)};
}

// In place, by a counter that begins with 1 and grows from its first byte, where the library's own grows from its last.
void count_through(std::string_view key, std::string& bytes) {
    const std::string name = "AES-" + std::to_string(key.size() * 8) + "-ECB";
    const CHandle<EVP_CIPHER, EVP_CIPHER_free> cipher(EVP_CIPHER_fetch(nullptr, name.c_str(), nullptr));
    const CHandle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context(EVP_CIPHER_CTX_new());
    demand(cipher && context &&
           EVP_EncryptInit_ex2(context.get(), cipher.get(), reinterpret_cast<const unsigned char*>(key.data()), nullptr,
                               nullptr) == 1 &&
           EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1);
    constexpr std::size_t block = ooxml::aes_block_bytes;
    std::array<unsigned char, 256 * block> stream{};
    std::uint64_t number = 0;
    for (std::size_t at = 0; at < bytes.size(); at += stream.size()) {
        for (std::size_t i = 0; i < stream.size(); i += block) {
            ++number;
            for (std::size_t j = 0; j < block; ++j) {
                stream[i + j] = static_cast<unsigned char>(j < 8 ? number >> (8 * j) & 0xff : 0);
            }
        }
        int made = 0;
        demand(EVP_EncryptUpdate(context.get(), stream.data(), &made, stream.data(), static_cast<int>(stream.size())) ==
               1);
        const std::size_t size = std::min(stream.size(), bytes.size() - at);
        for (std::size_t i = 0; i < size; ++i) bytes[at + i] = static_cast<char>(bytes[at + i] ^ stream[i]);
    }
}

}  // namespace

std::optional<AesField> aes_field(const zip::Entry& entry) {
    constexpr std::uint32_t method_aes = 99;
    if (entry.packed.method != method_aes) return std::nullopt;
    const auto field = zip::find_extra(entry.extra, aes_extra);
    if (!field || field->size() < 7) damaged("an encrypted member does not say how");
    const std::uint32_t version = number16(*field, 0);
    const auto strength = static_cast<std::uint8_t>((*field)[4]);
    const bool is_known =
        (version == 1 || version == 2) && field->substr(2, 2) == "AE" && strength >= 1 && strength <= 3;
    if (!is_known) zip::refuse("a member is encrypted in a form that nobody here knows");
    return AesField{version == 1, 8u + 8u * strength, number16(*field, 5)};
}

std::optional<std::string> decrypted(const zip::Entry& entry, std::string_view password) {
    const std::string_view bytes = entry.packed.bytes;
    if (bytes.size() < classic_header_bytes) damaged("an encrypted member is cut");
    ClassicKeys keys(password);
    std::string plain(bytes.size(), '\0');
    std::transform(bytes.begin(), bytes.end(), plain.begin(),
                   [&](char c) { return static_cast<char>(keys.decrypted(static_cast<std::uint8_t>(c))); });
    // The CRC's first byte; where the CRC was not known yet many writers take that of the time.
    const auto check = static_cast<std::uint8_t>(plain[classic_header_bytes - 1]);
    const bool by_time = (entry.flags & zip::flag_descriptor) != 0 && check == (entry.modified >> 8 & 0xff);
    if (check != entry.packed.crc >> 24 && !by_time) return std::nullopt;
    return plain.substr(classic_header_bytes);
}

std::optional<std::string> decrypted_by_aes(const zip::Entry& entry, const AesField& field, std::string_view password) {
    const std::string_view bytes = entry.packed.bytes;
    const std::size_t salt_bytes = field.key_bytes / 2;
    const std::size_t head_bytes = salt_bytes + verifier_bytes;
    if (bytes.size() < head_bytes + code_bytes) damaged("an encrypted member is cut");
    const AesKeys keys = aes_keys(password, bytes.substr(0, salt_bytes), field.key_bytes);
    if (keys.verifier != bytes.substr(salt_bytes, verifier_bytes)) return std::nullopt;
    std::string data(bytes.substr(head_bytes, bytes.size() - head_bytes - code_bytes));
    const std::string code = ooxml::hmac_of(ooxml::Digest::sha1, keys.code, data).substr(0, code_bytes);
    if (code != bytes.substr(bytes.size() - code_bytes)) damaged("an encrypted member was changed");
    count_through(keys.cipher, data);
    return data;
}

void load_ciphers() {
    get_crc_table();
    for (const std::size_t key_bytes : {std::size_t{16}, std::size_t{24}, std::size_t{32}}) {
        std::string block = aes_keys("password", "saltsalt", key_bytes).code;
        count_through(std::string(key_bytes, '\0'), block);
    }
}

}  // namespace mugaika::codec::locked
