#include "relay/tls/client_context.hpp"

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include <new>
#include <utility>

#include "policy/ip_address.hpp"
#include "relay/tls/certificate_files.hpp"

namespace mugaika {
namespace {

void need(long done) {
    if (done != 1) throw std::bad_alloc();  // the only way in which these fail
}

Result<void> use_own(SSL_CTX* context, const TlsKeyPair& own) {
    const auto chain = read_certificate_chain(own.certificate);
    if (!chain) return chain.error();
    const auto key = read_private_key(own.key);
    if (!key) return key.error();
    const auto fits = check_key_fits(*chain, *key, own);
    if (!fits) return fits;
    need(SSL_CTX_use_certificate(context, chain->own.get()));
    need(SSL_CTX_use_PrivateKey(context, key->get()));
    for (const X509Handle& issuer : chain->issuers) need(SSL_CTX_add1_chain_cert(context, issuer.get()));
    return {};
}

}  // namespace

Result<std::shared_ptr<const TlsClientContext>> TlsClientContext::load(const TlsPolicy& policy, const TlsKeyPair& own) {
    ERR_clear_error();
    SslContextHandle context(SSL_CTX_new(TLS_client_method()));
    if (!context) return Error(Fault::internal, "making a TLS context: " + take_openssl_words());
    need(SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION));
    SSL_CTX_set_options(context.get(), SSL_OP_NO_COMPRESSION | SSL_OP_NO_RENEGOTIATION | SSL_OP_NO_TICKET);
    SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
    SSL_CTX_set_verify(context.get(), policy.mode == TlsMode::verify ? SSL_VERIFY_PEER : SSL_VERIFY_NONE, nullptr);
    if (policy.mode == TlsMode::verify && policy.ca_file.empty()) {
        need(SSL_CTX_set_default_verify_paths(context.get()));
    } else if (policy.mode == TlsMode::verify) {
        const auto usable = check_ca_file(policy.ca_file);
        if (!usable) return usable.error();
        if (SSL_CTX_load_verify_file(context.get(), policy.ca_file.c_str()) != 1) {
            return Error(Fault::configuration, policy.ca_file + ": cannot be used (" + take_openssl_words() + ")");
        }
    }
    if (!own.certificate.empty()) {
        const auto used = use_own(context.get(), own);
        if (!used) return used.error();
    }
    return std::shared_ptr<const TlsClientContext>(new TlsClientContext(policy, std::move(context)));
}

SslHandle TlsClientContext::new_session(const std::string& host) const {
    SslHandle session(SSL_new(context_.get()));
    if (!session) throw std::bad_alloc();
    SSL_set_connect_state(session.get());
    if (!IpAddress::parse(host)) need(SSL_set_tlsext_host_name(session.get(), host.c_str()));
    if (policy_.mode == TlsMode::verify) expect_names(session.get(), host);
    return session;
}

void TlsClientContext::expect_names(SSL* session, const std::string& host) const {
    X509_VERIFY_PARAM* expected = SSL_get0_param(session);
    X509_VERIFY_PARAM_set_hostflags(expected, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS);
    if (policy_.names.empty() && IpAddress::parse(host))
        return need(X509_VERIFY_PARAM_set1_ip_asc(expected, host.c_str()));
    if (policy_.names.empty()) return need(X509_VERIFY_PARAM_set1_host(expected, host.c_str(), host.size()));
    for (const std::string& name : policy_.names) {
        need(X509_VERIFY_PARAM_add1_host(expected, name.c_str(), name.size()));
    }
}

}  // namespace mugaika
