#include "sanitizer/codec/locked/office_cipher.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <initializer_list>
#include <numeric>
#include <stdexcept>
#include <utility>

#include "policy/c_handle.hpp"
#include "sanitizer/codec/ooxml/package_crypto.hpp"
#include "sanitizer/codec/ooxml/password_text.hpp"
#include "sanitizer/codec/zip/little_endian.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::locked {
namespace {

using zip::damaged;
using zip::number16;
using zip::number32;
using zip::refuse;

constexpr std::size_t salt_bytes = 16;
constexpr std::size_t verifier_bytes = 16;
constexpr std::size_t short_key_bytes = 5;  // 40 bits
constexpr std::size_t rc4_key_bytes = 16;

void demand(bool is_given) {
    if (!is_given) throw std::runtime_error("the crypto library does not give what was asked for");
}

[[noreturn]] void wrong_password() { throw zip::Refused{Reason::encrypted, "the password does not open it"}; }

// Kept as long as the process lives.
const EVP_MD* md5() {
    static const CHandle<EVP_MD, EVP_MD_free> fetched(EVP_MD_fetch(nullptr, "MD5", nullptr));
    demand(fetched != nullptr);
    return fetched.get();
}

std::string md5_of(std::string_view bytes) {
    std::string out(16, '\0');
    demand(EVP_Digest(bytes.data(), bytes.size(), reinterpret_cast<unsigned char*>(out.data()), nullptr, md5(),
                      nullptr) == 1);
    return out;
}

std::string sha1_of(std::initializer_list<std::string_view> pieces) {
    return ooxml::digest_of(ooxml::Digest::sha1, pieces);
}

// The library keeps this cipher apart, in a module that is not loaded.
class Rc4 {
public:
    explicit Rc4(std::string_view key) {
        std::iota(state_.begin(), state_.end(), std::uint8_t{0});
        std::uint8_t j = 0;
        for (std::size_t i = 0; i < state_.size(); ++i) {
            j = static_cast<std::uint8_t>(j + state_[i] + static_cast<std::uint8_t>(key[i % key.size()]));
            std::swap(state_[i], state_[j]);
        }
    }

    void apply(char* bytes, std::size_t size) noexcept {
        for (std::size_t at = 0; at < size; ++at) {
            ++i_;
            j_ = static_cast<std::uint8_t>(j_ + state_[i_]);
            std::swap(state_[i_], state_[j_]);
            const auto mixed = static_cast<std::uint8_t>(state_[i_] + state_[j_]);
            bytes[at] = static_cast<char>(bytes[at] ^ static_cast<char>(state_[mixed]));
        }
    }

private:
    std::array<std::uint8_t, 256> state_{};
    std::uint8_t i_ = 0;
    std::uint8_t j_ = 0;
};

std::string_view part(std::string_view bytes, std::size_t at, std::size_t size) {
    if (at > bytes.size() || size > bytes.size() - at) damaged("an encrypted document does not say how");
    return bytes.substr(at, size);
}

struct Info {
    bool by_crypto_api = false;
    std::size_t key_bytes = 0;
    std::string_view salt, verifier, verifier_hash;
};

// 2.3.5.1: version, flags, a header of so many bytes, and the verifier.
Info crypto_api_info(std::string_view info) {
    constexpr std::uint32_t rc4 = 0x6801, sha1 = 0x8004;
    constexpr std::size_t head = 12, sha1_bytes = 20;
    const std::size_t header_bytes = number32(part(info, 8, 4), 0);
    const std::string_view header = part(info, head, header_bytes);
    if (header.size() < 32) damaged("an encrypted document does not say how");
    const std::uint32_t hash = number32(header, 12), bits = number32(header, 16);
    const bool is_known = number32(header, 8) == rc4 && (hash == sha1 || hash == 0) && bits % 8 == 0 && bits <= 128 &&
                          (bits == 0 || bits >= 40);
    if (!is_known) refuse("it is encrypted in a form that nobody here knows");
    const std::size_t at = head + header_bytes;
    if (number32(part(info, at, 4), 0) != salt_bytes) refuse("it is encrypted in a form that nobody here knows");
    return {true, bits == 0 ? short_key_bytes : bits / 8, part(info, at + 4, salt_bytes),
            part(info, at + 4 + salt_bytes, verifier_bytes),
            part(info, at + 8 + salt_bytes + verifier_bytes, sha1_bytes)};
}

Info info_of(std::string_view info) {
    const std::uint32_t major = number16(part(info, 0, 4), 0), minor = number16(info, 2);
    if (major == 1 && minor == 1) {
        return {false, short_key_bytes, part(info, 4, salt_bytes), part(info, 4 + salt_bytes, verifier_bytes),
                part(info, 4 + salt_bytes + verifier_bytes, 16)};
    }
    if (major < 2 || major > 4 || minor != 2) refuse("it is encrypted in a form that nobody here knows");
    return crypto_api_info(info);
}

// 2.3.6.2: forty bits of the password's digest, sixteen times with the salt.
std::string digest_of_97(std::string_view secret, std::string_view salt) {
    std::string pieces;
    for (int i = 0; i < 16; ++i) pieces.append(md5_of(secret), 0, short_key_bytes).append(salt);
    return md5_of(pieces).substr(0, short_key_bytes);
}

}  // namespace

OfficeCipher::OfficeCipher(std::string_view untrusted_info, std::string_view password) {
    const Info info = info_of(untrusted_info);
    const auto secret = ooxml::password_in_utf16(password);
    if (!secret) wrong_password();
    by_crypto_api_ = info.by_crypto_api;
    key_bytes_ = info.key_bytes;
    digest_ = by_crypto_api_ ? sha1_of({info.salt, *secret}) : digest_of_97(*secret, info.salt);
    std::string opened = std::string(info.verifier) + std::string(info.verifier_hash);
    decrypt(0, opened.data(), opened.size());
    const std::string verifier = opened.substr(0, verifier_bytes);
    if (opened.substr(verifier_bytes) != (by_crypto_api_ ? sha1_of({verifier}) : md5_of(verifier))) wrong_password();
}

std::string OfficeCipher::key_for(std::uint32_t block) const {
    std::string number;
    zip::put32(number, block);
    if (!by_crypto_api_) return md5_of(digest_ + number);
    std::string key = sha1_of({digest_, number}).substr(0, key_bytes_);
    if (key_bytes_ == short_key_bytes) key.resize(rc4_key_bytes, '\0');
    return key;
}

void OfficeCipher::decrypt(std::uint32_t block, char* bytes, std::size_t size) const {
    Rc4(key_for(block)).apply(bytes, size);
}

void OfficeCipher::decrypt_blocks(std::string& stream, std::size_t block_bytes) const {
    std::uint32_t block = 0;
    for (std::size_t at = 0; at < stream.size(); at += block_bytes) {
        decrypt(block++, stream.data() + at, std::min(block_bytes, stream.size() - at));
    }
}

void load_office_cipher() { md5_of("x"); }

}  // namespace mugaika::codec::locked
