#include "sanitizer/sandboxed/signature/cms_signers.hpp"

#include <openssl/cms.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>
#include <utility>

#include "policy/ascii.hpp"
#include "policy/c_handle.hpp"
#include "sanitizer/sandboxed/signature/certificate_words.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t detached_bytes_max = 1u << 20;  // a signature, its certificates, lists of revoked ones
constexpr std::size_t content_bytes_max = 48u << 20;  // held three times while it is read
constexpr int certificates_max = 32;                  // of one signature; a chain has two to four
constexpr int signers_max = static_cast<int>(signatures_max);
constexpr int chain_depth_max = 8;
constexpr int strength_level = 2;  // 112 bits, OpenSSL's word for it (SSL_CTX_set_security_level)

void free_certificates(STACK_OF(X509) * certificates) { sk_X509_pop_free(certificates, X509_free); }

using Cms = CHandle<CMS_ContentInfo, CMS_ContentInfo_free>;
using Bio = CHandle<BIO, BIO_free_all>;
using Certificate = CHandle<X509, X509_free>;
using Certificates = CHandle<STACK_OF(X509), free_certificates>;
using RevocationList = CHandle<X509_CRL, X509_CRL_free>;
using Store = CHandle<X509_STORE, X509_STORE_free>;
using StoreContext = CHandle<X509_STORE_CTX, X509_STORE_CTX_free>;

// ---- what is read

Cms read_cms(std::string_view untrusted) {
    const auto* at = reinterpret_cast<const unsigned char*>(untrusted.data());
    Cms cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(untrusted.size())));
    const bool is_signed_data = cms && OBJ_obj2nid(CMS_get0_type(cms.get())) == NID_pkcs7_signed &&
                                OBJ_obj2nid(CMS_get0_eContentType(cms.get())) == NID_pkcs7_data;
    return is_signed_data ? std::move(cms) : nullptr;
}

// Content inside a detached signature would be what some readers take for the signed one; and what is shown of an
// opaque mail was read by other code than this (AC-230).
bool holds_what_is_shown(CMS_ContentInfo* cms, const SignedBytes& bytes) {
    ASN1_OCTET_STRING** const place = CMS_get0_content(cms);
    const ASN1_OCTET_STRING* const inside = place == nullptr ? nullptr : *place;
    if (bytes.is_detached || inside == nullptr) return bytes.is_detached && inside == nullptr;
    const std::string_view held(reinterpret_cast<const char*>(ASN1_STRING_get0_data(inside)),
                                static_cast<std::size_t>(ASN1_STRING_length(inside)));
    return held == bytes.content;
}

std::optional<std::int64_t> seconds_of(const ASN1_TIME* time) {
    std::tm parts{};
    if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
    using namespace std::chrono;
    const sys_days day = year(parts.tm_year + 1900) / (parts.tm_mon + 1) / parts.tm_mday;
    const auto moment = day + hours(parts.tm_hour) + minutes(parts.tm_min) + seconds(parts.tm_sec);
    return duration_cast<seconds>(moment.time_since_epoch()).count();
}

std::optional<DateFact> signing_time(const CMS_SignerInfo* signer) {
    X509_ATTRIBUTE* const attribute =
        CMS_signed_get_attr(signer, CMS_signed_get_attr_by_NID(signer, NID_pkcs9_signingTime, -1));
    const ASN1_TYPE* const value = attribute == nullptr ? nullptr : X509_ATTRIBUTE_get0_type(attribute, 0);
    if (value == nullptr || (value->type != V_ASN1_UTCTIME && value->type != V_ASN1_GENERALIZEDTIME)) return {};
    const auto seconds = seconds_of(value->value.asn1_string);
    constexpr std::int64_t first = -62135596800, last = 253402300799;  // years 1 to 9999
    if (!seconds || *seconds < first || *seconds > last) return {};
    return DateFact{*seconds, 0};
}

// ---- digest and signature

int digest_of(CMS_SignerInfo* signer) {
    X509_ALGOR* digest = nullptr;
    CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, &digest, nullptr);
    const ASN1_OBJECT* object = nullptr;
    X509_ALGOR_get0(&object, nullptr, nullptr, digest);
    return OBJ_obj2nid(object);
}

bool is_strong(int digest) noexcept {
    constexpr std::array strong{NID_sha256,   NID_sha384,   NID_sha512,  NID_sha224,
                                NID_sha3_256, NID_sha3_384, NID_sha3_512};
    return std::find(strong.begin(), strong.end(), digest) != strong.end();
}

// The content read through the digests of the signers, each once. OpenSSL's own way would reckon as many digests as the
// mail lists.
Bio digested(const STACK_OF(CMS_SignerInfo) * signers, std::string_view content) {
    Bio chain(BIO_new_mem_buf(content.data(), static_cast<int>(content.size())));
    std::vector<int> known;
    for (int i = 0; chain && i < std::min(sk_CMS_SignerInfo_num(signers), signers_max); ++i) {
        const int nid = digest_of(sk_CMS_SignerInfo_value(signers, i));
        const EVP_MD* const digest = is_strong(nid) || nid == NID_sha1 ? EVP_get_digestbynid(nid) : nullptr;
        if (digest == nullptr || std::find(known.begin(), known.end(), nid) != known.end()) continue;
        Bio filter(BIO_new(BIO_f_md()));
        if (!filter || BIO_set_md(filter.get(), digest) != 1) return nullptr;
        chain.reset(BIO_push(filter.release(), chain.release()));
        known.push_back(nid);
    }
    std::array<char, 16384> ignored{};
    while (chain && BIO_read(chain.get(), ignored.data(), static_cast<int>(ignored.size())) > 0) {
    }
    return chain;
}

// The type is signed with the content, so that nothing else than a mail that somebody signed is shown as one.
bool says_data(const CMS_SignerInfo* signer) {
    const auto* const type = static_cast<const ASN1_OBJECT*>(
        CMS_signed_get0_data_by_OBJ(signer, OBJ_nid2obj(NID_pkcs9_contentType), -3, V_ASN1_OBJECT));
    return type != nullptr && OBJ_obj2nid(type) == NID_pkcs7_data;
}

// A method that OpenSSL does not know is no proof that something was changed.
SignatureFault why_failed() {
    const unsigned long error = ERR_peek_last_error();
    const bool was_compared = ERR_GET_LIB(error) == ERR_LIB_CMS && ERR_GET_REASON(error) == CMS_R_VERIFICATION_FAILURE;
    return was_compared ? SignatureFault::content_changed : SignatureFault::unreadable;
}

SignatureFault judge_content(CMS_SignerInfo* signer, BIO* content) {
    const int digest = digest_of(signer);
    if (!is_strong(digest) && digest != NID_sha1) return SignatureFault::weak;
    ERR_clear_error();
    if (CMS_signed_get_attr_count(signer) >= 0) {
        if (!says_data(signer)) return SignatureFault::unreadable;
        if (CMS_SignerInfo_verify(signer) != 1) return why_failed();
    }
    if (CMS_SignerInfo_verify_content(signer, content) != 1) return why_failed();
    return is_strong(digest) ? SignatureFault::none : SignatureFault::weak;
}

// ---- the way to a trusted certificate

SignatureFault fault_of_chain(int error) noexcept {
    switch (error) {
        case X509_V_OK:
            return SignatureFault::none;
        case X509_V_ERR_CERT_HAS_EXPIRED:
        case X509_V_ERR_CERT_NOT_YET_VALID:
        case X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD:
        case X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD:
            return SignatureFault::not_valid_then;
        case X509_V_ERR_CERT_REVOKED:
            return SignatureFault::revoked;
        case X509_V_ERR_INVALID_PURPOSE:
            return SignatureFault::not_for_mail;
        case X509_V_ERR_EE_KEY_TOO_SMALL:
        case X509_V_ERR_CA_KEY_TOO_SMALL:
        case X509_V_ERR_CA_MD_TOO_WEAK:
            return SignatureFault::weak;
        default:
            return SignatureFault::issuer_unknown;
    }
}

Store make_store(const SignatureTrust& trust) {
    Store store(X509_STORE_new());
    for (const std::string& der : trust.certificates) {
        const auto* at = reinterpret_cast<const unsigned char*>(der.data());
        const Certificate certificate(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
        if (store && certificate) X509_STORE_add_cert(store.get(), certificate.get());
    }
    for (const std::string& der : trust.revocations) {
        const auto* at = reinterpret_cast<const unsigned char*>(der.data());
        const RevocationList list(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
        if (store && list) X509_STORE_add_crl(store.get(), list.get());
    }
    return store;
}

// A list that is missing or of no use leaves the certificate what it is; which was the case is told by the context.
int pass_over_lists(int is_good, X509_STORE_CTX* context) {
    if (is_good == 1) return is_good;
    auto* const is_outdated = static_cast<bool*>(X509_STORE_CTX_get_app_data(context));
    switch (X509_STORE_CTX_get_error(context)) {
        case X509_V_ERR_UNABLE_TO_GET_CRL:
            break;
        case X509_V_ERR_CRL_HAS_EXPIRED:
        case X509_V_ERR_CRL_NOT_YET_VALID:
        case X509_V_ERR_ERROR_IN_CRL_LAST_UPDATE_FIELD:
        case X509_V_ERR_ERROR_IN_CRL_NEXT_UPDATE_FIELD:
        case X509_V_ERR_CRL_SIGNATURE_FAILURE:
        case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
        case X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER:
        case X509_V_ERR_CRL_PATH_VALIDATION_ERROR:
        case X509_V_ERR_KEYUSAGE_NO_CRL_SIGN:
        case X509_V_ERR_UNHANDLED_CRITICAL_CRL_EXTENSION:
        case X509_V_ERR_DIFFERENT_CRL_SCOPE:
            *is_outdated = true;
            break;
        default:
            return 0;
    }
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return 1;
}

class Judge {
public:
    Judge(const SignatureTrust& trust, const STACK_OF(X509) * certificates, std::uint64_t arrived_at)
        : trust_(trust), store_(make_store(trust)), certificates_(certificates), arrived_at_(arrived_at) {}

    SignatureFault chain(X509* signer) const;
    bool is_valid_when_signed(const X509* signer, const std::optional<DateFact>& when) const;

private:
    const SignatureTrust& trust_;
    Store store_;
    const STACK_OF(X509) * certificates_;
    std::uint64_t arrived_at_;
};

SignatureFault Judge::chain(X509* signer) const {
    const StoreContext context(X509_STORE_CTX_new());
    auto* const others = const_cast<STACK_OF(X509)*>(certificates_);  // looked at only
    if (!store_ || !context || X509_STORE_CTX_init(context.get(), store_.get(), signer, others) != 1) {
        return SignatureFault::issuer_unknown;
    }
    X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(context.get());
    X509_VERIFY_PARAM_set_time(rules, static_cast<std::time_t>(arrived_at_));  // asks no clock
    X509_VERIFY_PARAM_set_depth(rules, chain_depth_max);
    X509_VERIFY_PARAM_set_auth_level(rules, strength_level);
    X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_PARTIAL_CHAIN | X509_V_FLAG_TRUSTED_FIRST);
    bool is_outdated = false;
    if (!trust_.revocations.empty()) {
        X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL);
        X509_STORE_CTX_set_app_data(context.get(), &is_outdated);
        X509_STORE_CTX_set_verify_cb(context.get(), pass_over_lists);
    }
    X509_VERIFY_PARAM_set_purpose(rules, trust_.any_purpose ? X509_PURPOSE_ANY : X509_PURPOSE_SMIME_SIGN);
    if (X509_verify_cert(context.get()) == 1) {
        return is_outdated ? SignatureFault::list_outdated : SignatureFault::none;
    }
    const SignatureFault fault = fault_of_chain(X509_STORE_CTX_get_error(context.get()));
    return fault == SignatureFault::none ? SignatureFault::issuer_unknown : fault;
}

bool Judge::is_valid_when_signed(const X509* signer, const std::optional<DateFact>& when) const {
    if (!when) return true;
    const auto from = seconds_of(X509_get0_notBefore(signer)), until = seconds_of(X509_get0_notAfter(signer));
    return from && until && *from <= when->unix_seconds && when->unix_seconds <= *until;
}

// ---- one signer

bool is_same(const MailAddress& a, const MailAddress& b) { return ascii::iequals(a.text(), b.text()); }

// Fills in who it is, and the judgement in the order of SignatureFault.
SignatureFact fact_of(CMS_SignerInfo* signer, BIO* content, const MailAddress* author, const Judge& judge) {
    SignatureFact fact;
    X509* certificate = nullptr;
    CMS_SignerInfo_get0_algs(signer, nullptr, &certificate, nullptr, nullptr);
    if (certificate == nullptr) {
        fact.fault = SignatureFault::no_certificate;
        return fact;
    }
    const std::vector<MailAddress> addresses = addresses_in(*certificate);
    const auto own = std::find_if(addresses.begin(), addresses.end(), [author](const MailAddress& address) {
        return author != nullptr && is_same(address, *author);
    });
    fact.names_author = own != addresses.end();
    const MailAddress* const shown = fact.names_author ? &*own : addresses.empty() ? nullptr : &addresses.front();
    fact.signer = holder_words(*certificate, shown);
    fact.issuer = issuer_words(*certificate);
    fact.signed_at = signing_time(signer);
    const SignatureFault of_content = judge_content(signer, content);
    fact.fault = of_content;
    if (fact.fault == SignatureFault::none) fact.fault = judge.chain(certificate);
    const bool is_outdated = fact.fault == SignatureFault::list_outdated;
    if (is_outdated) fact.fault = SignatureFault::none;
    if (fact.fault == SignatureFault::none && !judge.is_valid_when_signed(certificate, fact.signed_at)) {
        fact.fault = SignatureFault::not_valid_then;
    }
    const bool is_of_others = !addresses.empty() && !fact.names_author;
    if (fact.fault == SignatureFault::none && is_of_others) fact.fault = SignatureFault::other_address;
    // A signature without a name says nothing to anybody.
    if (fact.fault == SignatureFault::none && (fact.signer.empty() || fact.issuer.empty())) {
        fact.fault = SignatureFault::unreadable;
    }
    if (fact.fault == SignatureFault::none && is_outdated) fact.fault = SignatureFault::list_outdated;
    return fact;
}

std::vector<SignatureFact> facts_of(const SignedBytes& bytes, const SignatureTrust& trust, std::uint64_t arrived_at) {
    const bool is_small =
        bytes.content.size() <= content_bytes_max &&
        bytes.untrusted_cms.size() <= (bytes.is_detached ? 0 : content_bytes_max) + detached_bytes_max;
    const Cms cms = is_small ? read_cms(bytes.untrusted_cms) : nullptr;
    if (!cms || !holds_what_is_shown(cms.get(), bytes)) return {};
    const Certificates certificates(CMS_get1_certs(cms.get()));
    if (sk_X509_num(certificates.get()) > certificates_max) return {};
    const STACK_OF(CMS_SignerInfo)* const signers = CMS_get0_SignerInfos(cms.get());
    if (sk_CMS_SignerInfo_num(signers) > signers_max) return {};
    CMS_set1_signers_certs(cms.get(), nullptr, 0);
    const Bio content = digested(signers, bytes.content);
    if (!content) return {};
    const Judge judge(trust, certificates.get(), arrived_at);
    std::vector<SignatureFact> facts;
    for (int i = 0; i < sk_CMS_SignerInfo_num(signers); ++i) {
        facts.push_back(fact_of(sk_CMS_SignerInfo_value(signers, i), content.get(), bytes.author, judge));
    }
    return facts;
}

// "w", signed by a certificate of its own that is valid from 2026-11-30 for a hundred years.
constexpr std::string_view sample =
    "MIICTgYJKoZIhvcNAQcCoIICPzCCAjsCAQExDTALBglghkgBZQMEAgEwEAYJKoZIhvcNAQcBoAMEAXegggEXMIIBEzCBuwIU"
    "GFvuLnQs50BJHwASgR+VzVL+1pwwCgYIKoZIzj0EAwIwDDEKMAgGA1UEAwwBdzAgFw0yNjExMzAxMTU5MzVaGA8yMTI2MTEw"
    "NjExNTkzNVowDDEKMAgGA1UEAwwBdzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABMa5thDcPF3l5/SqaqIulNeCKTThAqF1"
    "ntdDAzdRtrBTF+kEjetWNYtDe9YRhToauBYojn46O5PuqydbeHovb5IwCgYIKoZIzj0EAwIDRwAwRAIgT/ir/zAE4IiQy0nR"
    "4QN/bliVmBAMLoAunZxV7afpnssCIHboSMSkIyBix7VhzpoyErWhVSpRLNWKuKVVUHOH+yKbMYH5MIH2AgEBMCQwDDEKMAgG"
    "A1UEAwwBdwIUGFvuLnQs50BJHwASgR+VzVL+1pwwCwYJYIZIAWUDBAIBoGkwGAYJKoZIhvcNAQkDMQsGCSqGSIb3DQEHATAc"
    "BgkqhkiG9w0BCQUxDxcNMjYxMTMwMTE1OTM1WjAvBgkqhkiG9w0BCQQxIgQgUOch5JwBPwDGLPWfIWNUKp2N8CRk7+thXTEF"
    "Gw/dwyYwCgYIKoZIzj0EAwIERzBFAiEA9CeHdviK+OclhjStWZ9rkFO14WimGp3odmFLJ2nAbHMCIDNfC6tysTvaNHlvrynz"
    "fGWlwfCli2HaFQgSLnx+99Do";
constexpr std::uint64_t sample_time = 1800000000;

std::string decoded_sample() {
    std::string bytes(sample.size(), '\0');
    const int length =
        EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                        reinterpret_cast<const unsigned char*>(sample.data()), static_cast<int>(sample.size()));
    bytes.resize(static_cast<std::size_t>(std::max(length, 0)));
    return bytes;
}

SignatureTrust trust_of(CMS_ContentInfo* cms) {
    const Certificates certificates(CMS_get1_certs(cms));
    SignatureTrust trust;
    for (int i = 0; i < sk_X509_num(certificates.get()); ++i) {
        unsigned char* bytes = nullptr;
        const int length = i2d_X509(sk_X509_value(certificates.get(), i), &bytes);
        if (length > 0)
            trust.certificates.emplace_back(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
        OPENSSL_free(bytes);
    }
    return trust;
}

}  // namespace

std::vector<SignatureFact> check_signers(const SignedBytes& bytes, const SignatureTrust& trust,
                                         std::uint64_t arrived_at) {
    std::vector<SignatureFact> facts = facts_of(bytes, trust, arrived_at);
    ERR_clear_error();
    if (facts.empty()) facts.emplace_back();  // unreadable
    return facts;
}

bool warm_up_signatures() {
    const std::string bytes = decoded_sample();
    const Cms cms = read_cms(bytes);
    if (!cms) return false;
    const auto facts = check_signers({bytes, "w", false, nullptr}, trust_of(cms.get()), sample_time);
    return facts.front().fault == SignatureFault::none;
}

}  // namespace mugaika::sandboxed
