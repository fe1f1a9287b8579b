// Certificates and CMS signatures for tests, made by OpenSSL: authorities, holders, and what they sign. All dates are
// given, so that a test says the same in any year. Nothing of it is worth anything outside.
#pragma once

#include <openssl/cms.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509v3.h>

#include <cstdint>
#include <ctime>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/c_handle.hpp"

namespace mugaika::test {

inline constexpr std::int64_t made_from = 1767225600;    // 2026-01-01
inline constexpr std::int64_t made_until = 4102444800;   // 2100-01-01
inline constexpr std::int64_t made_signed = 1793000000;  // 2026-10-26
inline constexpr std::uint64_t made_arrived = 1793100000;

inline void need(bool done) {
    if (!done) throw std::runtime_error("OpenSSL could not make what a test needs");
}

enum class MadeKey { ec, rsa, short_rsa };

struct MadeHolder {
    std::string common_name = "山田 太郎";
    std::string organisation = "青葉県";
    std::string alternative = "email:a@example.jp";  // subjectAltName as OpenSSL writes it; "" for none
    std::string usage = "critical,digitalSignature,nonRepudiation";
    std::string extended_usage;  // "" for none
    std::string constraints = "critical,CA:FALSE";
    std::string old_address;  // emailAddress in the subject
    std::int64_t from = made_from;
    std::int64_t until = made_until;
    MadeKey key = MadeKey::ec;
    const EVP_MD* digest = EVP_sha256();  // of the certificate's own signature
};

inline MadeHolder authority_order(const std::string& name = "テスト認証局") {
    MadeHolder order;
    order.common_name = name;
    order.organisation = "LGPKI";
    order.alternative.clear();
    order.usage = "critical,keyCertSign,cRLSign";
    order.constraints = "critical,CA:TRUE";
    return order;
}

class MadeCertificate {
public:
    // Issued by `issuer`; by itself without one.
    explicit MadeCertificate(const MadeHolder& order, const MadeCertificate* issuer = nullptr)
        : key_(make_key(order.key)), certificate_(X509_new()) {
        X509* made = certificate_.get();
        static long serial = 100;
        need(made != nullptr && key_ != nullptr && X509_set_version(made, 2) == 1);
        need(ASN1_INTEGER_set(X509_get_serialNumber(made), ++serial) == 1);
        need(ASN1_TIME_set(X509_getm_notBefore(made), order.from) != nullptr);
        need(ASN1_TIME_set(X509_getm_notAfter(made), order.until) != nullptr);
        need(X509_set_pubkey(made, key_.get()) == 1);
        X509_NAME* name = X509_get_subject_name(made);
        add_name(name, "O", order.organisation);
        add_name(name, "CN", order.common_name);
        add_name(name, "emailAddress", order.old_address);
        const X509* by = issuer == nullptr ? made : issuer->x509();
        need(X509_set_issuer_name(made, X509_get_subject_name(by)) == 1);
        add_extension(NID_basic_constraints, order.constraints);
        add_extension(NID_key_usage, order.usage);
        add_extension(NID_ext_key_usage, order.extended_usage);
        add_extension(NID_subject_alt_name, order.alternative);
        need(X509_sign(made, issuer == nullptr ? key_.get() : issuer->key(), order.digest) > 0);
    }

    X509* x509() const { return certificate_.get(); }
    EVP_PKEY* key() const { return key_.get(); }
    std::string der() const {
        unsigned char* bytes = nullptr;
        const int length = i2d_X509(x509(), &bytes);
        need(length > 0);
        std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
        OPENSSL_free(bytes);
        return out;
    }

private:
    static EVP_PKEY* make_key(MadeKey kind) {
        if (kind == MadeKey::ec) return EVP_EC_gen("P-256");
        return EVP_RSA_gen(kind == MadeKey::rsa ? 2048u : 1024u);
    }
    static void add_name(X509_NAME* name, const char* field, const std::string& value) {
        if (value.empty()) return;
        const auto* text = reinterpret_cast<const unsigned char*>(value.c_str());
        need(X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8, text, -1, -1, 0) == 1);
    }
    void add_extension(int kind, const std::string& value) {
        if (value.empty()) return;
        X509_EXTENSION* extension = X509V3_EXT_conf_nid(nullptr, nullptr, kind, value.c_str());
        need(extension != nullptr && X509_add_ext(x509(), extension, -1) == 1);
        X509_EXTENSION_free(extension);
    }

    CHandle<EVP_PKEY, EVP_PKEY_free> key_;
    CHandle<X509, X509_free> certificate_;
};

struct MadeList {
    std::vector<const MadeCertificate*> revoked;
    std::int64_t revoked_at = made_signed - 1000;
    std::int64_t from = made_from;
    std::int64_t until = made_until;
};

// A list of revoked certificates in DER, of this name and signed by that key.
inline std::string made_list(const MadeCertificate& issuer, const MadeList& order,
                             const MadeCertificate* signer = nullptr) {
    const CHandle<X509_CRL, X509_CRL_free> list(X509_CRL_new());
    need(list && X509_CRL_set_version(list.get(), 1) == 1);
    need(X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.x509())) == 1);
    const CHandle<ASN1_TIME, ASN1_TIME_free> from(ASN1_TIME_set(nullptr, order.from));
    const CHandle<ASN1_TIME, ASN1_TIME_free> until(ASN1_TIME_set(nullptr, order.until));
    const CHandle<ASN1_TIME, ASN1_TIME_free> when(ASN1_TIME_set(nullptr, order.revoked_at));
    need(X509_CRL_set1_lastUpdate(list.get(), from.get()) == 1 &&
         X509_CRL_set1_nextUpdate(list.get(), until.get()) == 1);
    for (const MadeCertificate* certificate : order.revoked) {
        X509_REVOKED* const row = X509_REVOKED_new();
        need(row != nullptr && X509_REVOKED_set_serialNumber(row, X509_get_serialNumber(certificate->x509())) == 1 &&
             X509_REVOKED_set_revocationDate(row, when.get()) == 1 && X509_CRL_add0_revoked(list.get(), row) == 1);
    }
    need(X509_CRL_sort(list.get()) == 1);
    need(X509_CRL_sign(list.get(), (signer == nullptr ? issuer : *signer).key(), EVP_sha256()) > 0);
    unsigned char* bytes = nullptr;
    const int length = i2d_X509_CRL(list.get(), &bytes);
    need(length > 0);
    std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return der;
}

struct MadeSigning {
    bool is_detached = true;
    bool has_attributes = true;
    bool is_pss = false;
    bool has_certificate = true;
    const EVP_MD* digest = EVP_sha256();
    std::optional<std::int64_t> signed_at = made_signed;
    std::vector<const MadeCertificate*> others;  // that come with it
    int content_type = NID_pkcs7_data;
    unsigned more_flags = 0;
};

// The CMS in DER.
inline std::string made_signature(std::string_view content, const std::vector<const MadeCertificate*>& signers,
                                  const MadeSigning& how = {}) {
    const unsigned flags = CMS_BINARY | CMS_NOSMIMECAP | (how.is_detached ? CMS_DETACHED : 0u) |
                           (how.has_attributes ? 0u : CMS_NOATTR) | (how.has_certificate ? 0u : CMS_NOCERTS) |
                           how.more_flags;
    const CHandle<BIO, BIO_free> data(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
    const CHandle<CMS_ContentInfo, CMS_ContentInfo_free> cms(
        CMS_sign(nullptr, nullptr, nullptr, data.get(), flags | CMS_PARTIAL));
    need(cms != nullptr);
    if (how.content_type != NID_pkcs7_data) need(CMS_set1_eContentType(cms.get(), OBJ_nid2obj(how.content_type)) == 1);
    for (const MadeCertificate* signer : signers) {
        CMS_SignerInfo* info = CMS_add1_signer(cms.get(), signer->x509(), signer->key(), how.digest,
                                               flags | CMS_PARTIAL | (how.is_pss ? CMS_KEY_PARAM : 0u));
        need(info != nullptr);
        if (how.is_pss) {
            need(EVP_PKEY_CTX_set_rsa_padding(CMS_SignerInfo_get0_pkey_ctx(info), RSA_PKCS1_PSS_PADDING) == 1);
        }
        if (how.has_attributes && how.signed_at) {
            const CHandle<ASN1_TIME, ASN1_TIME_free> when(ASN1_TIME_set(nullptr, *how.signed_at));
            need(CMS_signed_add1_attr_by_NID(info, NID_pkcs9_signingTime, when->type, when.get(), -1) == 1);
        }
    }
    for (const MadeCertificate* other : how.others) need(CMS_add1_cert(cms.get(), other->x509()) == 1);
    need(CMS_final(cms.get(), data.get(), nullptr, flags) == 1);
    unsigned char* bytes = nullptr;
    const int length = i2d_CMS_ContentInfo(cms.get(), &bytes);
    need(length > 0);
    std::string out(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return out;
}

}  // namespace mugaika::test
