// What our side of an outbound handshake is made of: what a route wants of TLS with its next hops. TLS 1.2 or 1.3; the
// ciphers are OpenSSL's default, since a weaker one is still better than what would come instead.
#pragma once

#include <memory>
#include <string>

#include "policy/result.hpp"
#include "policy/tls_policy.hpp"
#include "relay/tls/handles.hpp"

namespace mugaika {

class TlsClientContext {
public:
    // For a policy that is not `none`. Fault::configuration names the file that cannot be used. Waits for the disk.
    // `own`: our certificate, for a peer that wants one; without files none.
    static Result<std::shared_ptr<const TlsClientContext>> load(const TlsPolicy&, const TlsKeyPair& own = {});

    TlsMode mode() const noexcept { return policy_.mode; }

    // Ready for SSL_do_handshake(), without a connection. `host` is the next hop as the configuration names it, a name
    // or an address: told to the peer when it is a name (RFC 6066 3), and with `verify` what the certificate must bear
    // unless the policy has names of its own.
    SslHandle new_session(const std::string& host) const;

private:
    TlsClientContext(TlsPolicy policy, SslContextHandle context)
        : policy_(std::move(policy)), context_(std::move(context)) {}
    void expect_names(SSL* session, const std::string& host) const;

    TlsPolicy policy_;
    SslContextHandle context_;
};

}  // namespace mugaika
