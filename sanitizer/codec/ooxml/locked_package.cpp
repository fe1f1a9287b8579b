#include "sanitizer/codec/ooxml/locked_package.hpp"

#include <algorithm>
#include <cstdint>
#include <variant>

#include "sanitizer/codec/ole2/compound_file.hpp"
#include "sanitizer/codec/ooxml/encryption_info.hpp"
#include "sanitizer/codec/ooxml/package_crypto.hpp"
#include "sanitizer/codec/ooxml/password_text.hpp"
#include "sanitizer/codec/ooxml/refused.hpp"
#include "sanitizer/codec/zip/little_endian.hpp"

namespace mugaika::codec::ooxml {
namespace {

constexpr std::string_view default_password = "VelvetSweatshop";

// What a key is for, as part of what it is a digest of (2.3.4.11 to 2.3.4.14).
constexpr std::string_view for_verifier("\xfe\xa7\xd2\x76\x3b\x4b\x9e\x79", 8);
constexpr std::string_view for_verifier_hash("\xd7\xaa\x0f\x6d\x30\x61\x34\x4e", 8);
constexpr std::string_view for_key("\x14\x6e\x0b\xe7\xab\xac\xd0\xd6", 8);
constexpr std::string_view for_hmac_key("\x5f\xb2\xad\x01\x0c\xb9\xe1\xf6", 8);
constexpr std::string_view for_hmac_value("\xa0\x67\x7f\x02\xb2\x2c\x84\x33", 8);

constexpr std::size_t size_bytes = 8;  // of the package, before it
constexpr std::size_t segment_bytes = 4096;

[[noreturn]] void has_password() { throw Refused{Reason::encrypted, "the package has a password of its own"}; }

std::string decrypted(std::string_view key, std::string_view iv, std::string bytes) {
    decrypt(key, iv, bytes.data(), bytes.size());
    return bytes;
}

// Digests are cut to the length that is wanted, or filled up.
std::string fitted(std::string digest, std::size_t bytes) {
    digest.resize(bytes, '\x36');
    return digest;
}

// The key of the package, when the password is the right one.
std::string key_of(const AgileInfo& info, std::string_view password) {
    const AgileInfo::Keyed& by = info.password;
    const std::string spun = spun_digest(by.digest, by.salt, password, info.spins);
    const std::string iv = fitted(by.salt, aes_block_bytes);
    const auto opened = [&](std::string_view purpose, const std::string& bytes) {
        return decrypted(fitted(digest_of(by.digest, {spun, purpose}), by.key_bytes), iv, bytes);
    };
    const std::string verifier = opened(for_verifier, info.verifier).substr(0, by.salt.size());
    const std::string hash = opened(for_verifier_hash, info.verifier_hash);
    if (!hash.starts_with(digest_of(by.digest, {verifier}))) has_password();
    return opened(for_key, info.key).substr(0, info.data.key_bytes);
}

std::string agile_iv(const AgileInfo& info, std::string_view purpose) {
    return fitted(digest_of(info.data.digest, {info.data.salt, purpose}), aes_block_bytes);
}

// Of the stream as it stands, its size included.
void compare_digest(const AgileInfo& info, std::string_view key, std::string_view stream) {
    if (info.hmac_key.empty()) return;
    const std::size_t bytes = digest_bytes(info.data.digest);
    const std::string by = decrypted(key, agile_iv(info, for_hmac_key), info.hmac_key).substr(0, bytes);
    const std::string said = decrypted(key, agile_iv(info, for_hmac_value), info.hmac_value).substr(0, bytes);
    if (hmac_of(info.data.digest, by, stream) != said) damaged("an encrypted package was changed");
}

void decrypt_agile(const AgileInfo& info, std::string_view key, char* bytes, std::size_t size) {
    std::uint32_t segment = 0;
    for (std::size_t at = 0; at < size; at += segment_bytes) {
        std::string number;
        zip::put32(number, segment++);
        decrypt(key, agile_iv(info, number), bytes + at, std::min(segment_bytes, size - at));
    }
}

// 2.3.4.7: the digest is spread over 64 bytes before it is a key.
std::string spread_key(const StandardInfo& info, std::string_view password) {
    constexpr std::uint32_t spins = 50'000;
    const std::string spun = spun_digest(Digest::sha1, info.salt, password, spins);
    const std::string last = digest_of(Digest::sha1, {spun, std::string_view("\0\0\0\0", 4)});
    const auto spread = [&](char filler) {
        std::string block(64, filler);
        for (std::size_t i = 0; i < last.size(); ++i) block[i] = static_cast<char>(block[i] ^ last[i]);
        return digest_of(Digest::sha1, {block});
    };
    return (spread('\x36') + spread('\x5c')).substr(0, info.key_bytes);
}

std::string key_of(const StandardInfo& info, std::string_view password) {
    const std::string key = spread_key(info, password);
    const std::string verifier = decrypted(key, {}, info.verifier);
    if (!decrypted(key, {}, info.verifier_hash).starts_with(digest_of(Digest::sha1, {verifier}))) has_password();
    return key;
}

// Of whole blocks, which hold what the package says that it has; what stands behind is nobody's.
std::size_t encrypted_bytes(std::string_view stream) {
    if (stream.size() < size_bytes) damaged("an encrypted package without a size");
    const std::uint64_t package_bytes = zip::number64(stream, 0);
    const std::size_t blocks = (stream.size() - size_bytes) / aes_block_bytes;
    if (package_bytes == 0 || package_bytes > blocks * aes_block_bytes) damaged("an encrypted package is cut");
    return (package_bytes + aes_block_bytes - 1) / aes_block_bytes * aes_block_bytes;
}

}  // namespace

bool is_locked_package(std::string_view untrusted) noexcept { return ole2::looks_like_compound_file(untrusted); }

std::string opened_package(std::string_view untrusted, FilePurse& purse) {
    return opened_package(untrusted, default_password, purse);
}

std::string opened_package(std::string_view untrusted, std::string_view password, FilePurse& purse) {
    constexpr std::string_view info_name = "EncryptionInfo", package_name = "EncryptedPackage";
    const ole2::CompoundFile file(untrusted);
    if (!file.has(package_name)) damaged("an Office file before the packages");
    // Rights of an organization leave it to their server who reads.
    if (!file.has(info_name)) throw Refused{Reason::encrypted, "the package does not say how it is encrypted"};
    const EncryptionInfo info = read_encryption_info(file.read(info_name, purse));
    const auto secret = password_in_utf16(password);
    if (!secret) has_password();
    const std::string key = std::visit([&](const auto& form) { return key_of(form, *secret); }, info);
    std::string stream = file.read_to_its_end(package_name, purse);  // with its own size in front
    const std::size_t bytes = encrypted_bytes(stream);
    const std::uint64_t package_bytes = zip::number64(stream, 0);
    if (const auto* agile = std::get_if<AgileInfo>(&info)) {
        compare_digest(*agile, key, stream);
        decrypt_agile(*agile, key, stream.data() + size_bytes, bytes);
    } else {
        decrypt(key, {}, stream.data() + size_bytes, bytes);
    }
    stream.erase(0, size_bytes);
    stream.resize(package_bytes);
    return stream;
}

}  // namespace mugaika::codec::ooxml
