#include "sanitizer/mail/sha256.hpp"

#include <openssl/evp.h>

#include <array>
#include <stdexcept>
#include <utility>

namespace mugaika {
namespace {

void demand(int openssl_answer) {
    if (openssl_answer != 1) throw std::runtime_error("SHA-256 is not available");
}

}  // namespace

Sha256::Sha256() : context_(EVP_MD_CTX_new()) {
    demand(context_ ? EVP_DigestInit_ex(context_.get(), EVP_sha256(), nullptr) : 0);
}

Sha256::Sha256(const EVP_MD* algorithm) : context_(EVP_MD_CTX_new()) {
    demand(context_ ? EVP_DigestInit_ex2(context_.get(), algorithm, nullptr) : 0);
}

const EVP_MD* Sha256::fetched() {
    static const EVP_MD* const algorithm = EVP_MD_fetch(nullptr, "SHA256", nullptr);
    demand(algorithm != nullptr ? 1 : 0);
    return algorithm;
}

void Sha256::update(std::string_view bytes) { demand(EVP_DigestUpdate(context_.get(), bytes.data(), bytes.size())); }

std::string Sha256::hex() && {
    constexpr std::string_view digits = "0123456789abcdef";
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned int length = 0;
    demand(EVP_DigestFinal_ex(context_.get(), digest.data(), &length));
    std::string hex;
    hex.reserve(std::size_t{2} * length);
    for (unsigned int i = 0; i < length; ++i) {
        hex.push_back(digits[digest[i] >> 4]);
        hex.push_back(digits[digest[i] & 15]);
    }
    return hex;
}

void Sha256::Free::operator()(evp_md_ctx_st* context) const noexcept { EVP_MD_CTX_free(context); }

std::string sha256_hex(std::string_view bytes) {
    Sha256 digest;
    digest.update(bytes);
    return std::move(digest).hex();
}

}  // namespace mugaika
