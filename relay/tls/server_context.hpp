// What our side of an inbound handshake is made of: certificates and keys, TLS 1.2 and 1.3, the ciphers and curves of
// Mozilla's "intermediate" recommendation. No compression, no renegotiation, no resumption: there are no tickets and no
// cache, so that nothing learnt before a reload opens a connection after it. Thread-safe.
#pragma once

#include <memory>
#include <mutex>
#include <vector>

#include "policy/result.hpp"
#include "relay/tls/certificate_files.hpp"
#include "relay/tls/handles.hpp"

namespace mugaika {

class TlsServerContext {
public:
    // One pair, or one for each kind of key (ECDSA and RSA); none: TLS is not offered. Fault::configuration: two of one
    // kind, or what relay/tls/certificate_files finds. Waits for the disk.
    static Result<std::unique_ptr<TlsServerContext>> load(const std::vector<TlsKeyPair>&);

    // A reload: new handshakes use what `fresh` has loaded, connections that stand go on. Cannot fail. When it has no
    // pairs TLS is offered no more; whom it was offered may still come with it.
    void take_over(std::unique_ptr<TlsServerContext> fresh) noexcept;

    bool is_offered() const;
    SslHandle new_session() const;  // once it was offered: ready for SSL_do_handshake(), without a connection

private:
    TlsServerContext() = default;

    mutable std::mutex mutex_;
    SslContextHandle context_;  // a session of it holds it too
    bool offered_ = false;
};

}  // namespace mugaika
