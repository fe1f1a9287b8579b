// A TCP connection to a server, in the clear or secured, for whoever may wait: one thread, no loop. Every wait has its
// deadline, and ends at once when `stop` becomes readable.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "relay/tls/client_context.hpp"
#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {

class BlockingStream {
public:
    enum class End { close_notify, any };  // of the peer, with TLS

    struct Waiting {
        std::chrono::milliseconds connect{15000};
        std::chrono::milliseconds progress{30000};  // of a handshake, of a write, of the peer's end
        int stop = -1;                              // descriptor; -1: nobody stops it
    };

    // `host`: a name, whose addresses are tried in their order, or an address. `tls`: secured before anything is
    // written; null: in the clear. Fails with unavailable (nobody there), protocol (the handshake: words say what is
    // wrong with the certificate), disconnected, timeout, busy (stopped).
    static Result<std::unique_ptr<BlockingStream>> connect(const std::string& host, std::uint16_t port,
                                                           const TlsClientContext* tls, Waiting);

    // All of it. That it was written does not say that the peer has it.
    Result<void> write(std::string_view);

    // Ends our direction and waits until the peer has ended its own, which it does once it has read everything: the
    // only receipt that TCP and TLS know. With TLS it should be the peer's close_notify (RFC 5425 4.4, RFC 8446 6.1),
    // since anybody on the way can end a connection; Fault::protocol when that is all that is missing.
    Result<void> finish(End = End::close_notify);

private:
    BlockingStream(std::string peer, Waiting waiting) : peer_(std::move(peer)), waiting_(waiting) {}
    Result<void> open(const std::string& host, std::uint16_t port);
    Result<void> secure(const std::string& host, const TlsClientContext&);
    Result<void> wait(short events, std::chrono::milliseconds patience) const;
    Result<void> wait_for_tls(int answer, std::string_view doing);
    Result<void> write_plain(std::string_view);
    Result<void> finish_tls(End);
    Result<void> finish_plain();
    Error lost(std::string_view doing, int reason) const;

    std::string peer_;
    Waiting waiting_;
    FileDescriptor socket_;
    SslHandle tls_;
};

}  // namespace mugaika
