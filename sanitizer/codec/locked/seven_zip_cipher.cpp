#include "sanitizer/codec/locked/seven_zip_cipher.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <optional>
#include <stdexcept>

#include "policy/c_handle.hpp"
#include "sanitizer/codec/ooxml/package_crypto.hpp"
#include "sanitizer/codec/ooxml/password_text.hpp"
#include "sanitizer/codec/zip/refused.hpp"

namespace mugaika::codec::locked::seven_zip {
namespace {

using ooxml::aes_block_bytes;
using zip::damaged;

constexpr std::string_view cipher_id("\x06\xf1\x07\x01", 4);
constexpr std::size_t key_bytes = 32;
constexpr std::size_t counter_bytes = 8;
constexpr std::uint32_t power_max = 24;   // of two; no program reads more
constexpr std::uint32_t not_spun = 0x3f;  // the password is the key
constexpr std::size_t telling_zeros = 4;

void demand(bool is_given) {
    if (!is_given) throw std::runtime_error("the crypto library does not give what was asked for");
}

// Kept as long as the process lives.
const EVP_MD* sha256() {
    static const CHandle<EVP_MD, EVP_MD_free> fetched(EVP_MD_fetch(nullptr, "SHA256", nullptr));
    demand(fetched != nullptr);
    return fetched.get();
}

struct Spinning {
    std::uint32_t power = 0;
    std::string salt;
    std::string iv;
};

// One byte; and where a salt or an IV is wanted, another one with their sizes, and they.
Spinning spinning_of(std::string_view properties) {
    constexpr std::uint32_t has_salt = 0x80, has_iv = 0x40;
    const auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(properties[i]); };
    if (properties.empty()) damaged("an encrypted stream does not say how");
    Spinning spinning{at(0) & 0x3fu, {}, std::string(aes_block_bytes, '\0')};
    if ((at(0) & (has_salt | has_iv)) == 0) return spinning;
    if (properties.size() < 2) damaged("an encrypted stream does not say how");
    const std::size_t salt = ((at(0) & has_salt) != 0 ? 1 : 0) + (at(1) >> 4);
    const std::size_t iv = ((at(0) & has_iv) != 0 ? 1 : 0) + (at(1) & 0xf);
    if (properties.size() != 2 + salt + iv) damaged("an encrypted stream does not say how");
    spinning.salt = properties.substr(2, salt);
    properties.substr(2 + salt).copy(spinning.iv.data(), aes_block_bytes);
    return spinning;
}

// Salt, password and counter, again and again; many of them at a time.
std::string spun(std::string_view salt, std::string_view secret, std::uint32_t power) {
    const std::uint64_t rounds = std::uint64_t{1} << power;
    const std::uint64_t at_once = std::min<std::uint64_t>(rounds, 256);
    const std::string unit = std::string(salt) + std::string(secret) + std::string(counter_bytes, '\0');
    std::string block;
    for (std::uint64_t i = 0; i < at_once; ++i) block += unit;
    const CHandle<EVP_MD_CTX, EVP_MD_CTX_free> context(EVP_MD_CTX_new());
    demand(context && EVP_DigestInit_ex2(context.get(), sha256(), nullptr) == 1);
    for (std::uint64_t round = 0; round < rounds; round += at_once) {
        for (std::uint64_t i = 0; i < at_once; ++i) {
            char* const counter = block.data() + (i + 1) * unit.size() - counter_bytes;
            for (std::size_t j = 0; j < counter_bytes; ++j)
                counter[j] = static_cast<char>((round + i) >> (8 * j) & 0xff);
        }
        demand(EVP_DigestUpdate(context.get(), block.data(), block.size()) == 1);
    }
    std::string key(key_bytes, '\0');
    demand(EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(key.data()), nullptr) == 1);
    return key;
}

}  // namespace

bool is_cipher(const Coder& coder) noexcept { return coder.id == cipher_id; }

Cipher::Cipher(std::string_view password) {
    auto secret = ooxml::password_in_utf16(password);
    if (!secret) throw zip::Refused{Reason::encrypted, "the password does not open it"};
    secret_ = *std::move(secret);
}

const std::string& Cipher::key_for(std::string_view salt, std::uint32_t power) {
    std::string& key = keys_[{std::string(salt), power}];
    if (!key.empty()) return key;
    if (power == not_spun) {
        key = std::string(salt) + secret_;
        key.resize(key_bytes, '\0');
        return key;
    }
    const std::uint64_t bytes = (salt.size() + secret_.size() + counter_bytes) << std::min(power, power_max);
    if (power > power_max || bytes > hashed_bytes_max - hashed_) {
        zip::refuse("its keys take more work than is allowed");
    }
    hashed_ += bytes;
    return key = spun(salt, secret_, power);
}

std::string Cipher::decrypted(const Coder& coder, std::string_view packed, std::uint64_t bytes) {
    const Spinning spinning = spinning_of(coder.properties);
    const std::uint64_t whole = packed.size();
    if (whole % aes_block_bytes != 0 || bytes > whole || whole - bytes >= aes_block_bytes) {
        damaged("an encrypted stream is cut");
    }
    std::string plain(packed);
    ooxml::decrypt(key_for(spinning.salt, spinning.power), spinning.iv, plain.data(), plain.size());
    const std::string_view filler = std::string_view(plain).substr(bytes);
    if (filler.size() >= telling_zeros && filler.find_first_not_of('\0') == filler.npos) has_seen_zeros_ = true;
    plain.resize(bytes);
    return plain;
}

void load_cipher() {
    Cipher cipher("password");
    cipher.decrypted({std::string(cipher_id), std::string(1, '\0')}, std::string(aes_block_bytes, 'x'), 1);
}

}  // namespace mugaika::codec::locked::seven_zip
