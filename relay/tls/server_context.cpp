#include "relay/tls/server_context.hpp"

#include <openssl/err.h>

#include <new>
#include <set>
#include <utility>

namespace mugaika {
namespace {

// https://wiki.mozilla.org/Security/Server_Side_TLS, "intermediate", without the finite-field ones. TLS 1.3 has no weak
// ones to leave out.
constexpr const char* ciphers_of_tls12 =
    "ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:"
    "ECDHE-RSA-AES256-GCM-SHA384:ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305";
constexpr const char* curves = "X25519:P-256:P-384";

Error context_error(const std::string& what) { return {Fault::internal, what + ": " + take_openssl_words()}; }

Result<SslContextHandle> new_context() {
    ERR_clear_error();
    SslContextHandle context(SSL_CTX_new(TLS_server_method()));
    if (!context) return context_error("making a TLS context");
    SSL_CTX* raw = context.get();
    const bool set = SSL_CTX_set_min_proto_version(raw, TLS1_2_VERSION) == 1 &&
                     SSL_CTX_set_cipher_list(raw, ciphers_of_tls12) == 1 &&
                     SSL_CTX_set1_groups_list(raw, curves) == 1 && SSL_CTX_set_num_tickets(raw, 0) == 1;
    if (!set) return context_error("setting up TLS");
    SSL_CTX_set_options(raw, SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(raw, SSL_SESS_CACHE_OFF);
    return context;
}

Result<void> use(SSL_CTX* context, const CertificateChain& chain, const KeyHandle& key, const std::string& file) {
    const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> issuers(
        sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); });
    if (!issuers) throw std::bad_alloc();
    for (const X509Handle& issuer : chain.issuers) {
        if (sk_X509_push(issuers.get(), issuer.get()) == 0) throw std::bad_alloc();
    }
    ERR_clear_error();
    if (SSL_CTX_use_cert_and_key(context, chain.own.get(), key.get(), issuers.get(), 0) == 1) return {};
    return Error(Fault::configuration, file + ": cannot be used (" + take_openssl_words() +
                                           "), expected an ECDSA key or an RSA key of 2048 bits or more");
}

Result<SslContextHandle> loaded_context(const std::vector<TlsKeyPair>& pairs) {
    auto context = new_context();
    if (!context) return context;
    std::set<int> kinds;
    for (const TlsKeyPair& pair : pairs) {
        const auto chain = read_certificate_chain(pair.certificate);
        if (!chain) return chain.error();
        const auto key = read_private_key(pair.key);
        if (!key) return key.error();
        const auto fits = check_key_fits(*chain, *key, pair);
        if (!fits) return fits.error();
        if (!kinds.insert(EVP_PKEY_get_base_id(key->get())).second) {
            return Error(Fault::configuration,
                         pair.certificate + ": a second certificate of this kind of key, expected one of each kind");
        }
        const auto used = use(context->get(), *chain, *key, pair.certificate);
        if (!used) return used.error();
    }
    return context;
}

}  // namespace

Result<std::unique_ptr<TlsServerContext>> TlsServerContext::load(const std::vector<TlsKeyPair>& pairs) {
    auto context = loaded_context(pairs);
    if (!context) return context.error();
    std::unique_ptr<TlsServerContext> made(new TlsServerContext());
    made->context_ = std::move(*context);
    made->offered_ = !pairs.empty();
    return made;
}

void TlsServerContext::take_over(std::unique_ptr<TlsServerContext> fresh) noexcept {
    const std::lock_guard lock(mutex_);
    offered_ = fresh->offered_;
    if (offered_) std::swap(context_, fresh->context_);
}

bool TlsServerContext::is_offered() const {
    const std::lock_guard lock(mutex_);
    return offered_;
}

SslHandle TlsServerContext::new_session() const {
    const std::lock_guard lock(mutex_);
    SslHandle session(SSL_new(context_.get()));
    if (!session) throw std::bad_alloc();
    SSL_set_accept_state(session.get());
    return session;
}

}  // namespace mugaika
