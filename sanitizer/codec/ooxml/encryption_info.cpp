#include "sanitizer/codec/ooxml/encryption_info.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>
#include <utility>
#include <vector>

#include "sanitizer/codec/ooxml/refused.hpp"
#include "sanitizer/codec/ooxml/xml_reader.hpp"
#include "sanitizer/codec/zip/little_endian.hpp"

namespace mugaika::codec::ooxml {
namespace {

using zip::number16;
using zip::number32;

// Longer ones may be written; each segment's IV is a digest of the salt.
constexpr std::size_t salt_bytes_max = 64;
constexpr std::uint32_t depth_max = 16;
// A descriptor has two thousand bytes; more of it holds certificates.
constexpr std::size_t info_bytes_max = 1 << 20;

[[noreturn]] void locked(std::string words) { throw Refused{Reason::encrypted, std::move(words)}; }

using Attributes = std::vector<XmlAttribute>;

std::string_view value_of(const Attributes& attributes, std::string_view name) {
    const auto found =
        std::find_if(attributes.begin(), attributes.end(), [&](const XmlAttribute& a) { return a.name == name; });
    if (found == attributes.end()) damaged("the description of an encryption lacks a value");
    return found->value;
}

std::uint32_t number_of(const Attributes& attributes, std::string_view name) {
    const std::string_view text = value_of(attributes, name);
    std::uint32_t number = 0;
    const auto read = std::from_chars(text.data(), text.data() + text.size(), number);
    if (read.ec == std::errc::result_out_of_range) locked("an encryption with a number that nobody writes");
    if (read.ec != std::errc() || read.ptr != text.data() + text.size()) damaged("a number of an encryption is none");
    return number;
}

std::string bytes_of(const Attributes& attributes, std::string_view name, std::size_t wanted) {
    const std::string_view text = value_of(attributes, name);
    if (text.size() != (wanted + 2) / 3 * 4) damaged("a value of an encryption has another length than it says");
    std::string bytes(text.size() / 4 * 3, '\0');
    const int made =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(text.data()), static_cast<int>(text.size()));
    if (made < 0 || static_cast<std::size_t>(made) != bytes.size()) damaged("a value of an encryption is no base64");
    bytes.resize(wanted);
    return bytes;
}

Digest digest_called(std::string_view name) {
    if (name == "SHA1" || name == "SHA-1") return Digest::sha1;
    if (name == "SHA256" || name == "SHA-256") return Digest::sha256;
    if (name == "SHA384" || name == "SHA-384") return Digest::sha384;
    if (name == "SHA512" || name == "SHA-512") return Digest::sha512;
    locked("encrypted by a digest that nobody here knows");
}

std::size_t key_bytes_of(std::uint32_t bits) {
    if (bits != 128 && bits != 192 && bits != 256) locked("encrypted by a key of no length of AES");
    return bits / 8;
}

std::size_t whole_blocks(std::size_t bytes) {
    return (bytes + aes_block_bytes - 1) / aes_block_bytes * aes_block_bytes;
}

AgileInfo::Keyed keyed(const Attributes& attributes) {
    if (value_of(attributes, "cipherAlgorithm") != "AES" ||
        value_of(attributes, "cipherChaining") != "ChainingModeCBC" ||
        number_of(attributes, "blockSize") != aes_block_bytes) {
        locked("encrypted by a cipher that nobody here knows");
    }
    const std::uint32_t salt_bytes = number_of(attributes, "saltSize");
    if (salt_bytes == 0 || salt_bytes > salt_bytes_max) locked("encrypted with a salt of no usual length");
    const AgileInfo::Keyed found{digest_called(value_of(attributes, "hashAlgorithm")),
                                 key_bytes_of(number_of(attributes, "keyBits")),
                                 bytes_of(attributes, "saltValue", salt_bytes)};
    if (number_of(attributes, "hashSize") != digest_bytes(found.digest)) damaged("a digest of another length");
    return found;
}

class Descriptor : public XmlHandler {
public:
    void start(std::string_view name, const Attributes& attributes) override {
        const std::string_view local = name.substr(name.find(':') + 1);
        if (local == "keyData") {
            once(has_data_);
            info_.data = keyed(attributes);
        } else if (local == "dataIntegrity") {
            once(has_digest_);
            if (!has_data_) damaged("the digest of an encrypted package stands before its key");
            const std::size_t size = whole_blocks(digest_bytes(info_.data.digest));
            info_.hmac_key = bytes_of(attributes, "encryptedHmacKey", size);
            info_.hmac_value = bytes_of(attributes, "encryptedHmacValue", size);
        } else if (local == "keyEncryptor") {
            is_password_ = value_of(attributes, "uri").ends_with("/keyEncryptor/password");
        } else if (local == "encryptedKey" && is_password_) {
            once(has_password_);
            take_password(attributes);
        }
    }
    void text(std::string_view) override {}
    void end() override {}

    AgileInfo take() && {
        if (!has_data_) damaged("an encrypted package without a key");
        if (!has_password_) locked("no password opens the package");
        if (info_.key.size() != whole_blocks(info_.data.key_bytes)) damaged("a key of another length");
        return std::move(info_);
    }

private:
    static void once(bool& seen) {
        if (std::exchange(seen, true)) damaged("an encryption is described twice");
    }

    void take_password(const Attributes& attributes) {
        info_.password = keyed(attributes);
        info_.spins = number_of(attributes, "spinCount");
        if (info_.spins > spins_max) locked("an encryption that takes too long to open");
        const std::size_t digest = digest_bytes(info_.password.digest);
        info_.verifier = bytes_of(attributes, "encryptedVerifierHashInput", whole_blocks(info_.password.salt.size()));
        info_.verifier_hash = bytes_of(attributes, "encryptedVerifierHashValue", whole_blocks(digest));
        info_.key = bytes_of(attributes, "encryptedKeyValue", whole_blocks(info_.password.key_bytes));
    }

    AgileInfo info_;
    bool has_data_ = false;
    bool has_digest_ = false;
    bool has_password_ = false;
    bool is_password_ = false;
};

AgileInfo read_agile(std::string_view xml) {
    Descriptor descriptor;
    XmlReader reader(descriptor, depth_max);
    reader.feed(xml);
    reader.finish();
    return std::move(descriptor).take();
}

// Flags and the length of what follows, EncryptionHeader and EncryptionVerifier (2.3.2, 2.3.3).
StandardInfo read_standard(std::string_view bytes) {
    constexpr std::size_t header_bytes_min = 32;
    constexpr std::size_t verifier_bytes = 4 + 16 + 16 + 4 + 32;
    if (bytes.size() < 8 + header_bytes_min) damaged("the description of an encryption is cut");
    const std::uint64_t header_bytes = number32(bytes, 4);
    const std::uint32_t flags = number32(bytes, 0);
    constexpr std::uint32_t is_external = 0x10, is_aes = 0x20;
    if ((flags & is_external) != 0 || (flags & is_aes) == 0) locked("encrypted by a cipher that nobody here knows");
    if (header_bytes < header_bytes_min || header_bytes > bytes.size() - 8 ||
        bytes.size() - 8 - header_bytes < verifier_bytes) {
        damaged("the description of an encryption is cut");
    }
    const std::string_view header = bytes.substr(8, header_bytes);
    const std::string_view verifier = bytes.substr(8 + header_bytes);
    const std::uint32_t digest = number32(header, 12);
    constexpr std::uint32_t sha1 = 0x8004;
    if (digest != 0 && digest != sha1) locked("encrypted by a digest that nobody here knows");
    StandardInfo info;
    info.key_bytes = key_bytes_of(number32(header, 16));
    // 0x660e to 0x6610, by the length of the key; 0 leaves it to the flags.
    const std::uint32_t cipher = number32(header, 8);
    if (cipher != 0 && cipher != 0x660e + info.key_bytes / 8 - 2) locked("encrypted by a cipher that nobody knows");
    if (number32(verifier, 0) != 16 || number32(verifier, 36) != 20) damaged("a verifier of another length");
    info.salt = verifier.substr(4, 16);
    info.verifier = verifier.substr(20, 16);
    info.verifier_hash = verifier.substr(40, 32);
    return info;
}

}  // namespace

EncryptionInfo read_encryption_info(std::string_view untrusted) {
    if (untrusted.size() < 8) damaged("the description of an encryption is cut");
    if (untrusted.size() > info_bytes_max) locked("encrypted for more people than anybody reads");
    const std::uint32_t major = number16(untrusted, 0);
    const std::uint32_t minor = number16(untrusted, 2);
    if (major == 4 && minor == 4) return read_agile(untrusted.substr(8));
    // 1.1 is RC4, 3.3 and 4.3 leave all to a library of the author's.
    const bool is_standard = minor == 2 && major >= 2 && major <= 4;
    if (!is_standard) locked("encrypted in a form that nobody here knows");
    return read_standard(untrusted.substr(4));
}

}  // namespace mugaika::codec::ooxml
