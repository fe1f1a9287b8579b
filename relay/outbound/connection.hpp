// One TCP connection to a next hop: moves the bytes of a ClientSession and keeps its deadlines. Every read and write
// has one, the TLS handshake has one in all; when it passes, the socket is closed and the session counts as lost by
// timeout (AC-242, AC-246).
#pragma once

#include <array>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "policy/limits.hpp"
#include "relay/async/deadline.hpp"
#include "relay/smtp/client_session.hpp"
#include "relay/tls/client_context.hpp"
#include "relay/tls/wire.hpp"

namespace mugaika {

// Whom to connect to, and from where.
struct Peer {
    std::string host;
    std::uint16_t port = 25;
    std::size_t place = 0;       // in the list of next hops
    std::string source_address;  // "": the system's choice
};

class Connection {
public:
    using Clock = std::chrono::steady_clock;

    // Without a TLS context the connection stays in the clear.
    Connection(boost::asio::io_context&, std::string our_hostname, Peer, const NextHopLimits&,
               std::shared_ptr<const TlsClientContext> = nullptr);

    // Resolves, connects and greets. Afterwards the session is idle, or closed with its result.
    boost::asio::awaitable<void> open(Clock::time_point until);
    // Moves bytes until the session is idle or closed. Nothing else may use the connection meanwhile.
    boost::asio::awaitable<void> run(Clock::time_point until);

    // While idle: is the peer still there, and silent? One system call, no wait.
    bool is_quiet() noexcept;

    smtp::ClientSession& session() noexcept { return session_; }
    const std::string& peer() const noexcept { return peer_; }  // "10.0.0.5:25", a name until it was resolved
    const Wire& wire() const noexcept { return wire_; }
    std::size_t host() const noexcept { return to_.place; }  // in the list of next hops
    std::size_t mails() const noexcept { return mails_; }
    void count_mail() noexcept { ++mails_; }

private:
    boost::asio::awaitable<void> resolve_and_connect(Clock::time_point until);
    boost::system::error_code bind_to_source(const boost::asio::ip::tcp& family);
    boost::asio::awaitable<void> start_tls(Clock::time_point until);
    boost::asio::awaitable<void> write_output(Clock::time_point until);
    boost::asio::awaitable<void> read_reply(Clock::time_point until);
    void read_early_bytes();
    void lose(const boost::system::error_code&, std::string_view what, Failure otherwise = Failure::disconnected);
    void close() noexcept;

    boost::asio::io_context& io_;
    const Peer to_;
    const NextHopLimits& limits_;
    std::string peer_;
    std::shared_ptr<const TlsClientContext> tls_;
    Wire wire_;
    smtp::ClientSession session_;
    std::array<char, 4096> buffer_{};
    std::size_t mails_ = 0;
    Deadline deadline_;
};

}  // namespace mugaika
