// One TCP connection, in the clear until it is secured; reads and writes are the same before and after. No deadlines:
// the owner cancels or closes socket(), and whatever waits ends with an error.
//
// MEMORY: TLS reads and writes the socket itself, without Asio's buffers between (ssl::stream holds 68 KB a
// connection), and OpenSSL gives its own back between records: an idle secured session was measured at 18 KB.
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "policy/tls_facts.hpp"
#include "relay/tls/handles.hpp"
#include "relay/tls/socket_bio.hpp"

namespace mugaika {

class Wire {
public:
    using Socket = boost::asio::ip::tcp::socket;
    using ErrorCode = boost::system::error_code;

    explicit Wire(Socket socket) : socket_(std::move(socket)) {}
    Wire(const Wire&) = delete;  // TLS points to the socket
    Wire& operator=(const Wire&) = delete;

    // To connect, to cancel, to look at; not to move bytes. It must be non-blocking before bytes are moved.
    Socket& socket() noexcept { return socket_; }

    // The handshake, and from then on everything goes through TLS. What the session was made by says which side we are
    // and what is expected of the peer. After an error the connection is good for nothing but close().
    boost::asio::awaitable<ErrorCode> secure(SslHandle session);
    bool is_secured() const noexcept { return tls_ != nullptr; }
    std::optional<TlsFacts> tls_facts() const;  // nothing: in the clear
    // Why secure() failed: what is wrong with the peer's certificate, or else the words of the error.
    std::string why_not_secured(const ErrorCode&) const;

    // What is there now. must_wait(error): nothing, wait_readable() first; eof: the peer has ended.
    std::size_t read_some(boost::asio::mutable_buffer, ErrorCode&) noexcept;
    // Until read_some() may bring something; no longer than one turn of the loop when the last one left something.
    boost::asio::awaitable<ErrorCode> wait_readable();
    // Both pieces, whole and in order. The views must live until it is done.
    boost::asio::awaitable<ErrorCode> write(std::array<std::string_view, 2> pieces);
    // As much as goes without waiting: the last words on a connection that is about to be closed.
    void write_now(std::string_view) noexcept;
    // RFC 8446 6.1: says that nothing will follow. Without waiting, and not on a connection that failed.
    void end_tls() noexcept;

private:
    std::size_t tls_read(boost::asio::mutable_buffer, ErrorCode&) noexcept;
    std::size_t tls_write(std::string_view, ErrorCode&) noexcept;
    ErrorCode tls_error(int answer) noexcept;

    Socket socket_;
    SslHandle tls_;
    Socket::wait_type waits_for_ = Socket::wait_read;
    bool drained_ = false;  // TLS may hold bytes that the socket has no more
    bool broken_ = false;
};

}  // namespace mugaika
