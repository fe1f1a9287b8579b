#include "sanitizer/codec/ooxml/package_crypto.hpp"

#include <openssl/evp.h>
#include <openssl/params.h>

#include <array>
#include <stdexcept>

#include "policy/c_handle.hpp"

namespace mugaika::codec::ooxml {
namespace {

void demand(bool is_given) {
    if (!is_given) throw std::runtime_error("the crypto library does not give what was asked for");
}

// As OpenSSL calls them, in the order of Digest.
constexpr std::array<const char*, 4> digest_names{"SHA1", "SHA256", "SHA384", "SHA512"};

// Kept as long as the process lives.
struct Algorithms {
    std::array<CHandle<EVP_MD, EVP_MD_free>, 4> digests;
    std::array<CHandle<EVP_CIPHER, EVP_CIPHER_free>, 3> cbc;  // of 128, 192 and 256 bits
    std::array<CHandle<EVP_CIPHER, EVP_CIPHER_free>, 3> ecb;
    CHandle<EVP_MAC, EVP_MAC_free> hmac;

    Algorithms() : hmac(EVP_MAC_fetch(nullptr, "HMAC", nullptr)) {
        constexpr std::array<const char*, 3> cbc_names{"AES-128-CBC", "AES-192-CBC", "AES-256-CBC"};
        constexpr std::array<const char*, 3> ecb_names{"AES-128-ECB", "AES-192-ECB", "AES-256-ECB"};
        for (std::size_t i = 0; i < digests.size(); ++i) {
            digests[i].reset(EVP_MD_fetch(nullptr, digest_names[i], nullptr));
            demand(digests[i] != nullptr);
        }
        for (std::size_t i = 0; i < cbc.size(); ++i) {
            cbc[i].reset(EVP_CIPHER_fetch(nullptr, cbc_names[i], nullptr));
            ecb[i].reset(EVP_CIPHER_fetch(nullptr, ecb_names[i], nullptr));
            demand(cbc[i] && ecb[i]);
        }
        demand(hmac != nullptr);
    }
};

const Algorithms& algorithms() {
    static const Algorithms fetched;
    return fetched;
}

const EVP_MD* function_of(Digest digest) { return algorithms().digests.at(static_cast<std::size_t>(digest)).get(); }

const unsigned char* raw(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }

class Hasher {
public:
    explicit Hasher(Digest digest) : function_(function_of(digest)), context_(EVP_MD_CTX_new()) { demand(!!context_); }

    // Writes into `out`, which may hold a piece too.
    void digest(std::initializer_list<std::string_view> pieces, std::string& out) {
        demand(EVP_DigestInit_ex2(context_.get(), function_, nullptr) == 1);
        for (const std::string_view piece : pieces) {
            demand(EVP_DigestUpdate(context_.get(), piece.data(), piece.size()) == 1);
        }
        std::array<unsigned char, EVP_MAX_MD_SIZE> room{};
        unsigned int size = 0;
        demand(EVP_DigestFinal_ex(context_.get(), room.data(), &size) == 1);
        out.assign(reinterpret_cast<const char*>(room.data()), size);
    }

private:
    const EVP_MD* function_;
    CHandle<EVP_MD_CTX, EVP_MD_CTX_free> context_;
};

}  // namespace

std::size_t digest_bytes(Digest digest) noexcept {
    constexpr std::array<std::size_t, 4> sizes{20, 32, 48, 64};
    return sizes[static_cast<std::size_t>(digest)];
}

std::string digest_of(Digest digest, std::initializer_list<std::string_view> pieces) {
    std::string out;
    Hasher(digest).digest(pieces, out);
    return out;
}

std::string hmac_of(Digest digest, std::string_view key, std::string_view bytes) {
    const CHandle<EVP_MAC_CTX, EVP_MAC_CTX_free> context(EVP_MAC_CTX_new(algorithms().hmac.get()));
    std::string name = digest_names.at(static_cast<std::size_t>(digest));
    const std::array<OSSL_PARAM, 2> wanted{OSSL_PARAM_construct_utf8_string("digest", name.data(), 0),
                                           OSSL_PARAM_construct_end()};
    std::string out(EVP_MAX_MD_SIZE, '\0');
    std::size_t size = 0;
    demand(context && EVP_MAC_init(context.get(), raw(key), key.size(), wanted.data()) == 1 &&
           EVP_MAC_update(context.get(), raw(bytes), bytes.size()) == 1 &&
           EVP_MAC_final(context.get(), reinterpret_cast<unsigned char*>(out.data()), &size, out.size()) == 1);
    out.resize(size);
    return out;
}

std::string spun_digest(Digest digest, std::string_view salt, std::string_view password, std::uint32_t spins) {
    Hasher hasher(digest);
    std::string spun;
    hasher.digest({salt, password}, spun);
    for (std::uint32_t spin = 0; spin < spins; ++spin) {
        const std::array<char, 4> number{static_cast<char>(spin & 0xff), static_cast<char>(spin >> 8 & 0xff),
                                         static_cast<char>(spin >> 16 & 0xff), static_cast<char>(spin >> 24)};
        hasher.digest({std::string_view(number.data(), number.size()), spun}, spun);
    }
    return spun;
}

void decrypt(std::string_view key, std::string_view iv, char* bytes, std::size_t size) {
    const std::size_t strength = key.size() / 8 - 2;
    const auto& cipher = iv.empty() ? algorithms().ecb.at(strength) : algorithms().cbc.at(strength);
    const CHandle<EVP_CIPHER_CTX, EVP_CIPHER_CTX_free> context(EVP_CIPHER_CTX_new());
    demand(context &&
           EVP_DecryptInit_ex2(context.get(), cipher.get(), raw(key), iv.empty() ? nullptr : raw(iv), nullptr) == 1 &&
           EVP_CIPHER_CTX_set_padding(context.get(), 0) == 1);
    auto* const at = reinterpret_cast<unsigned char*>(bytes);
    // The library counts in int; a mail is far below it.
    int made = 0;
    int rest = 0;
    demand(EVP_DecryptUpdate(context.get(), at, &made, at, static_cast<int>(size)) == 1 &&
           EVP_DecryptFinal_ex(context.get(), at + made, &rest) == 1 && static_cast<std::size_t>(made + rest) == size);
}

void load_algorithms() {
    std::string block(aes_block_bytes, '\0');
    // Whatever the library sets up at first use.
    decrypt(block, block, block.data(), block.size());
    hmac_of(Digest::sha1, block, block);
}

}  // namespace mugaika::codec::ooxml
