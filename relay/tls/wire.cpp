#include "relay/tls/wire.hpp"

#include <openssl/err.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/error.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <new>
#include <utility>

namespace mugaika {
namespace {

namespace asio = boost::asio;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

}  // namespace

asio::awaitable<Wire::ErrorCode> Wire::secure(SslHandle session) {
    BioHandle bio = socket_bio(socket_);
    SSL_set_bio(session.get(), bio.get(), bio.get());  // which takes it
    static_cast<void>(bio.release());
    SSL_set_mode(session.get(), SSL_MODE_RELEASE_BUFFERS | SSL_MODE_ENABLE_PARTIAL_WRITE);
    tls_ = std::move(session);
    for (;;) {
        ERR_clear_error();
        const int answer = SSL_do_handshake(tls_.get());
        if (answer == 1) co_return ErrorCode();
        const ErrorCode error = tls_error(answer);
        if (!must_wait(error)) co_return error;
        const auto [interrupted] = co_await socket_.async_wait(waits_for_, no_throw);
        if (interrupted) co_return interrupted;
    }
}

std::optional<TlsFacts> Wire::tls_facts() const {
    if (!tls_) return std::nullopt;
    return TlsFacts{SSL_get_version(tls_.get()), SSL_get_cipher_name(tls_.get())};
}

std::string Wire::why_not_secured(const ErrorCode& error) const {
    const long verified = tls_ ? SSL_get_verify_result(tls_.get()) : X509_V_OK;
    if (verified != X509_V_OK) return std::string("certificate: ") + X509_verify_cert_error_string(verified);
    return error.message();
}

std::size_t Wire::read_some(asio::mutable_buffer buffer, ErrorCode& error) noexcept {
    return tls_ ? tls_read(buffer, error) : socket_.read_some(asio::mutable_buffers_1(buffer), error);
}

// Record by record, until the buffer is full or there is none: a peer that cuts its bytes small shall not cost a turn
// of the loop for each.
std::size_t Wire::tls_read(asio::mutable_buffer buffer, ErrorCode& error) noexcept {
    std::size_t all = 0;
    error = {};
    drained_ = false;
    while (buffer.size() > 0) {
        std::size_t bytes = 0;
        ERR_clear_error();
        const int answer = SSL_read_ex(tls_.get(), buffer.data(), buffer.size(), &bytes);
        if (answer != 1) {
            error = tls_error(answer);
            drained_ = must_wait(error);
            break;
        }
        all += bytes;
        buffer += bytes;
    }
    if (all > 0 && (drained_ || error == asio::error::eof)) error = {};  // said again at the next call
    return error ? 0 : all;
}

asio::awaitable<Wire::ErrorCode> Wire::wait_readable() {
    if (tls_ && !drained_) {
        // The socket would say nothing of what TLS holds; but who sends faster than we read shall not hold the thread.
        co_await asio::post(socket_.get_executor(), asio::use_awaitable);
        co_return ErrorCode();
    }
    const auto [interrupted] = co_await socket_.async_wait(waits_for_, no_throw);
    co_return interrupted;
}

asio::awaitable<Wire::ErrorCode> Wire::write(std::array<std::string_view, 2> pieces) {
    if (!tls_) {
        const std::array<asio::const_buffer, 2> buffers = {asio::buffer(pieces[0]), asio::buffer(pieces[1])};
        const auto [error, bytes] = co_await asio::async_write(socket_, buffers, no_throw);
        co_return error;
    }
    for (std::string_view piece : pieces) {
        while (!piece.empty()) {
            ErrorCode error;
            piece.remove_prefix(tls_write(piece, error));
            if (!error) continue;
            if (!must_wait(error)) co_return error;
            const auto [interrupted] = co_await socket_.async_wait(waits_for_, no_throw);
            if (interrupted) co_return interrupted;
        }
    }
    co_return ErrorCode();
}

std::size_t Wire::tls_write(std::string_view piece, ErrorCode& error) noexcept {
    std::size_t bytes = 0;
    ERR_clear_error();
    const int answer = SSL_write_ex(tls_.get(), piece.data(), piece.size(), &bytes);
    error = answer == 1 ? ErrorCode() : tls_error(answer);
    return bytes;
}

void Wire::write_now(std::string_view words) noexcept {
    ErrorCode ignored;
    if (!tls_) {
        socket_.write_some(asio::buffer(words), ignored);
    } else if (!broken_) {
        tls_write(words, ignored);
    }
}

void Wire::end_tls() noexcept {
    if (!tls_ || broken_) return;
    ERR_clear_error();
    SSL_shutdown(tls_.get());
    ERR_clear_error();
}

Wire::ErrorCode Wire::tls_error(int answer) noexcept {
    const int kind = SSL_get_error(tls_.get(), answer);
    if (kind == SSL_ERROR_WANT_READ || kind == SSL_ERROR_WANT_WRITE) {
        waits_for_ = kind == SSL_ERROR_WANT_READ ? Socket::wait_read : Socket::wait_write;
        return asio::error::would_block;
    }
    if (kind == SSL_ERROR_ZERO_RETURN) return asio::error::eof;
    broken_ = true;
    const unsigned long reason = ERR_get_error();
    ERR_clear_error();
    if (kind != SSL_ERROR_SSL || reason == 0) return asio::error::connection_reset;
    return {static_cast<int>(reason), asio::error::get_ssl_category()};
}

}  // namespace mugaika
