#include "relay/outbound/connection.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <memory>
#include <sstream>
#include <utility>

namespace mugaika {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;
using Next = smtp::ClientSession::Next;

constexpr auto as_words = asio::as_tuple(asio::use_awaitable);  // errors come as values

// getaddrinfo cannot be called off, so whoever waits for it goes by a timer, and the answer may come to nobody.
struct Lookup {
    Lookup(asio::io_context& io, std::chrono::steady_clock::time_point until) : resolver(io), finished(io, until) {}
    tcp::resolver resolver;
    asio::steady_timer finished;
    error_code error = asio::error::timed_out;
    tcp::resolver::results_type found;
};

asio::awaitable<std::shared_ptr<Lookup>> look_up(asio::io_context& io, std::string host, std::uint16_t port,
                                                 std::chrono::steady_clock::time_point until) {
    const auto lookup = std::make_shared<Lookup>(io, until);  // shared with the resolver's handler
    const std::string service = std::to_string(port);
    const asio::ip::address address = asio::ip::make_address(host, lookup->error);
    if (!lookup->error) {  // no lookup: it would stand in line behind slow ones
        lookup->found = tcp::resolver::results_type::create(tcp::endpoint(address, port), host, service);
        co_return lookup;
    }
    lookup->error = asio::error::timed_out;
    const auto on_found = [lookup](const error_code& error, tcp::resolver::results_type found) {
        lookup->error = error;
        lookup->found = std::move(found);
        lookup->finished.cancel();
    };
    lookup->resolver.async_resolve(host, service, on_found);
    co_await lookup->finished.async_wait(as_words);
    co_return lookup;
}

std::string text_of(const tcp::endpoint& endpoint) {
    std::ostringstream text;
    text << endpoint;
    return text.str();
}

}  // namespace

Connection::Connection(asio::io_context& io, std::string our_hostname, Peer peer, const NextHopLimits& limits,
                       std::shared_ptr<const TlsClientContext> tls)
    : io_(io),
      to_(std::move(peer)),
      limits_(limits),
      peer_(to_.host + ":" + std::to_string(to_.port)),
      tls_(std::move(tls)),
      wire_(tcp::socket(io)),
      session_(std::move(our_hostname), limits, tls_ ? tls_->mode() : TlsMode::none),
      deadline_(io, [this] { close(); }) {}

asio::awaitable<void> Connection::open(Clock::time_point until) {
    const Clock::time_point connected_by = std::min(until, Clock::now() + limits_.connect_timeout);
    co_await resolve_and_connect(connected_by);
    co_await run(until);
}

asio::awaitable<void> Connection::resolve_and_connect(Clock::time_point until) {
    const std::shared_ptr<Lookup> lookup = co_await look_up(io_, to_.host, to_.port, until);
    if (lookup->error) {
        lose(lookup->error, "resolve", Failure::unavailable);
        co_return;
    }
    deadline_.set(until);
    error_code error = asio::error::host_not_found;
    for (const auto& candidate : lookup->found) {
        const tcp::endpoint endpoint = candidate.endpoint();
        error = bind_to_source(endpoint.protocol());
        if (error) continue;
        const auto [failure] = co_await wire_.socket().async_connect(endpoint, as_words);
        error = failure;
        if (!error) peer_ = text_of(endpoint);
        if (!error || deadline_.passed()) break;
    }
    if (error) {
        lose(error, "connect", Failure::unavailable);
        co_return;
    }
    error_code ignored;  // without it a mail takes longer, nothing worse
    wire_.socket().set_option(tcp::no_delay(true), ignored);
    error_code blocking;
    wire_.socket().non_blocking(true, blocking);
    if (blocking) lose(blocking, "connect", Failure::unavailable);
}

// A fresh socket of that family, with our own address when the route names one; an address of the other family is an
// error.
error_code Connection::bind_to_source(const tcp& family) {
    error_code error;
    wire_.socket().close(error);
    wire_.socket().open(family, error);
    if (error || to_.source_address.empty()) return error;
    const asio::ip::address source = asio::ip::make_address(to_.source_address, error);
    if (!error) wire_.socket().bind(tcp::endpoint(source, 0), error);
    return error;
}

asio::awaitable<void> Connection::run(Clock::time_point until) {
    for (;;) {
        const Next next = session_.next();
        if (next == Next::send) {
            co_await write_output(until);
        } else if (next == Next::receive) {
            co_await read_reply(until);
        } else if (next == Next::start_tls) {
            co_await start_tls(until);
        } else {
            break;
        }
    }
    deadline_.clear();
    if (session_.next() == Next::close) close();
}

asio::awaitable<void> Connection::start_tls(Clock::time_point until) {
    deadline_.set(std::min(until, Clock::now() + limits_.reply_timeout));
    SslHandle handshake = tls_->new_session(to_.host);
    const error_code error = co_await wire_.secure(std::move(handshake));
    if (!error) {
        session_.secured();
        co_return;
    }
    const std::string why = deadline_.passed() ? "timeout" : wire_.why_not_secured(error);
    session_.lost(Failure::insecure, "TLS handshake: " + why);
}

asio::awaitable<void> Connection::write_output(Clock::time_point until) {
    read_early_bytes();
    if (session_.next() != Next::send) co_return;
    const std::array<std::string_view, 2> output = session_.output();
    deadline_.set(std::min(until, Clock::now() + limits_.reply_timeout));
    const error_code error = co_await wire_.write(output);
    if (error) {
        lose(error, "write");
    } else {
        session_.sent();
    }
}

// One deadline for one reply, however many reads it takes: a byte a minute must not keep us (AC-246).
asio::awaitable<void> Connection::read_reply(Clock::time_point until) {
    const auto patience = session_.awaits_final_reply() ? limits_.final_reply_timeout : limits_.reply_timeout;
    deadline_.set(std::min(until, Clock::now() + patience));
    const std::size_t replies = session_.replies();
    while (session_.next() == Next::receive && session_.replies() == replies) {
        error_code error;
        const std::size_t bytes = wire_.read_some(asio::buffer(buffer_), error);
        if (!error) {
            session_.received(std::string_view(buffer_.data(), bytes));
            continue;
        }
        if (must_wait(error)) {
            const error_code interrupted = co_await wire_.wait_readable();
            error = interrupted;
        }
        if (error) lose(error, "read");
    }
}

// AC-247: an answer to what was not yet said is none.
void Connection::read_early_bytes() {
    error_code error;
    const std::size_t bytes = wire_.read_some(asio::buffer(buffer_), error);
    // A closed peer shows in the write or the final reply.
    if (!error) session_.received(std::string_view(buffer_.data(), bytes));
}

bool Connection::is_quiet() noexcept {
    error_code error;
    wire_.read_some(asio::buffer(buffer_), error);  // what comes unasked is worth nothing: no need to keep it
    return must_wait(error);
}

void Connection::lose(const error_code& error, std::string_view what, Failure otherwise) {
    const bool late = deadline_.passed() || error == asio::error::timed_out;
    const std::string words = std::string(what) + ": " + (late ? "timeout" : error.message());
    session_.lost(late ? Failure::timeout : otherwise, words);
}

void Connection::close() noexcept {
    wire_.end_tls();
    error_code ignored;  // closed it is in any case
    wire_.socket().close(ignored);
}

}  // namespace mugaika
