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
    // One pair, or one for each kind of key (ECDSA and RSA). Fault::configuration: no pair, two of one kind, or what
    // relay/tls/certificate_files finds. Waits for the disk.
    static Result<std::unique_ptr<TlsServerContext>> load(const std::vector<TlsKeyPair>&);

    // New handshakes use the files as they are now; connections that stand go on. On failure all stays as it was.
    Result<void> reload(const std::vector<TlsKeyPair>&);

    SslHandle new_session() const;  // ready for SSL_do_handshake(), without a connection

private:
    explicit TlsServerContext(SslContextHandle context) : context_(std::move(context)) {}

    mutable std::mutex mutex_;
    SslContextHandle context_;  // a session of it holds it too
};

}  // namespace mugaika
