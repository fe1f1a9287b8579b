#include "relay/tls/blocking_stream.hpp"

#include <netdb.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <new>
#include <system_error>

#include "policy/c_handle.hpp"

namespace mugaika {
namespace {

using Addresses = CHandle<addrinfo, freeaddrinfo>;

// What comes from a server that has nothing to say.
constexpr std::size_t unread_max = 1u << 20;

std::string words_of(int reason) { return std::generic_category().message(reason); }

bool must_wait(int reason) noexcept { return reason == EAGAIN || reason == EWOULDBLOCK || reason == EINTR; }

}  // namespace

Error BlockingStream::lost(std::string_view doing, int reason) const {
    return {Fault::disconnected, peer_ + ": " + std::string(doing) + ": " + words_of(reason)};
}

Result<std::unique_ptr<BlockingStream>> BlockingStream::connect(const std::string& host, std::uint16_t port,
                                                                const TlsClientContext* tls, Waiting waiting) {
    std::unique_ptr<BlockingStream> stream(new BlockingStream(host + " port " + std::to_string(port), waiting));
    const auto opened = stream->open(host, port);
    if (!opened) return opened.error();
    const auto secured = tls == nullptr ? Result<void>() : stream->secure(host, *tls);
    if (!secured) return secured.error();
    return stream;
}

Result<void> BlockingStream::open(const std::string& host, std::uint16_t port) {
    addrinfo wanted{};
    wanted.ai_family = AF_UNSPEC;
    wanted.ai_socktype = SOCK_STREAM;
    wanted.ai_flags = AI_NUMERICSERV;
    addrinfo* found = nullptr;
    const int failure = ::getaddrinfo(host.c_str(), std::to_string(port).c_str(), &wanted, &found);
    const Addresses addresses(found);
    if (failure != 0) return Error(Fault::unavailable, peer_ + ": the name is not found: " + gai_strerror(failure));
    Error last(Fault::unavailable, peer_ + ": no address");
    for (const addrinfo* one = addresses.get(); one != nullptr; one = one->ai_next) {
        socket_ = FileDescriptor(::socket(one->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
        if (!socket_.is_open()) return error_from_errno("opening a socket", errno);
        int reason = ::connect(socket_.get(), one->ai_addr, one->ai_addrlen) == 0 ? 0 : errno;
        if (reason == EINPROGRESS) {
            const auto waited = wait(POLLOUT, waiting_.connect);
            if (!waited && waited.error().fault() == Fault::busy) return waited;
            socklen_t size = sizeof reason;
            if (!waited || ::getsockopt(socket_.get(), SOL_SOCKET, SO_ERROR, &reason, &size) != 0) reason = ETIMEDOUT;
        }
        if (reason == 0) return {};
        last = Error(Fault::unavailable, peer_ + ": connecting: " + words_of(reason));
    }
    return last;
}

Result<void> BlockingStream::wait(short events, std::chrono::milliseconds patience) const {
    const auto until = std::chrono::steady_clock::now() + patience;
    for (;;) {
        const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
        std::array<pollfd, 2> asked{pollfd{socket_.get(), events, 0}, pollfd{waiting_.stop, POLLIN, 0}};
        const int ready = ::poll(asked.data(), asked.size(), static_cast<int>(std::max<long long>(left.count(), 0)));
        if (ready < 0 && errno != EINTR) return error_from_errno("waiting for " + peer_, errno);
        if (ready > 0 && asked[1].revents != 0) return Error(Fault::busy, "it was told to end");
        if (ready > 0) return {};
        if (ready == 0) {
            return Error(Fault::timeout,
                         peer_ + ": nothing happened for " + std::to_string(patience.count() / 1000) + " seconds");
        }
    }
}

Result<void> BlockingStream::secure(const std::string& host, const TlsClientContext& context) {
    tls_ = context.new_session(host);
    SSL_set_mode(tls_.get(), SSL_MODE_ENABLE_PARTIAL_WRITE | SSL_MODE_ACCEPT_MOVING_WRITE_BUFFER);
    if (SSL_set_fd(tls_.get(), socket_.get()) != 1) throw std::bad_alloc();
    for (;;) {
        ERR_clear_error();
        const int answer = SSL_do_handshake(tls_.get());
        if (answer == 1) return {};
        const auto waited = wait_for_tls(answer, "TLS handshake");
        if (waited) continue;
        const long verified = SSL_get_verify_result(tls_.get());
        if (verified == X509_V_OK) return waited;
        return Error(Fault::protocol, peer_ + ": its certificate is not trusted, nothing was sent: " +
                                          X509_verify_cert_error_string(verified));
    }
}

// What OpenSSL needs before it can go on. An Error: it cannot.
Result<void> BlockingStream::wait_for_tls(int answer, std::string_view doing) {
    const int reason = errno;
    switch (SSL_get_error(tls_.get(), answer)) {
        case SSL_ERROR_WANT_READ:
            return wait(POLLIN, waiting_.progress);
        case SSL_ERROR_WANT_WRITE:
            return wait(POLLOUT, waiting_.progress);
        case SSL_ERROR_ZERO_RETURN:
            return Error(Fault::disconnected, peer_ + ": it ended the connection");
        case SSL_ERROR_SYSCALL:
            return lost(doing, reason == 0 ? ECONNRESET : reason);
        default:
            break;
    }
    const bool is_cut = ERR_GET_REASON(ERR_peek_error()) == SSL_R_UNEXPECTED_EOF_WHILE_READING;
    return Error(is_cut ? Fault::protocol : Fault::disconnected,
                 peer_ + ": " + std::string(doing) + ": " + take_openssl_words());
}

Result<void> BlockingStream::write(std::string_view bytes) {
    if (!tls_) return write_plain(bytes);
    while (!bytes.empty()) {
        std::size_t written = 0;
        ERR_clear_error();
        const int answer = SSL_write_ex(tls_.get(), bytes.data(), bytes.size(), &written);
        bytes.remove_prefix(written);
        const auto waited = answer == 1 ? Result<void>() : wait_for_tls(answer, "writing");
        if (!waited) return waited;
    }
    return {};
}

Result<void> BlockingStream::write_plain(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (written < 0 && !must_wait(errno)) return lost("writing", errno);
        if (written > 0) bytes.remove_prefix(static_cast<std::size_t>(written));
        const auto waited = written >= 0 ? Result<void>() : wait(POLLOUT, waiting_.progress);
        if (!waited) return waited;
    }
    return {};
}

// A peer that closed without reading everything says so by a reset, which comes behind its close_notify: so the end of
// TCP is waited for too.
Result<void> BlockingStream::finish(End end) {
    const auto ended = tls_ ? finish_tls(end) : Result<void>();
    return ended ? finish_plain() : ended;
}

Result<void> BlockingStream::finish_tls(End end) {
    if (end == End::any) SSL_set_options(tls_.get(), SSL_OP_IGNORE_UNEXPECTED_EOF);
    constexpr std::string_view doing = "waiting for its close_notify, which says that it has everything";
    for (int answer = -1; answer != 0;) {
        ERR_clear_error();
        answer = SSL_shutdown(tls_.get());
        if (answer == 1) return Error(Fault::disconnected, peer_ + ": it ended the connection before we did");
        const auto waited = answer == 0 ? Result<void>() : wait_for_tls(answer, doing);
        if (!waited) return waited;
    }
    std::array<char, 4096> ignored{};
    for (std::size_t all = 0; all < unread_max;) {
        std::size_t read = 0;
        ERR_clear_error();
        const int answer = SSL_read_ex(tls_.get(), ignored.data(), ignored.size(), &read);
        all += read;
        if (answer == 1) continue;
        if (SSL_get_error(tls_.get(), answer) == SSL_ERROR_ZERO_RETURN) return {};
        const auto waited = wait_for_tls(answer, doing);
        if (!waited) return waited;
    }
    return Error(Fault::protocol, peer_ + ": it talks without end, which no syslog server does");
}

Result<void> BlockingStream::finish_plain() {
    constexpr std::string_view doing = "waiting for its end of the connection, which says that it has everything";
    if (::shutdown(socket_.get(), SHUT_WR) != 0) return lost(doing, errno);
    std::array<char, 4096> ignored{};
    for (std::size_t all = 0; all < unread_max;) {
        const ssize_t read = ::recv(socket_.get(), ignored.data(), ignored.size(), 0);
        if (read == 0) return {};
        if (read > 0) all += static_cast<std::size_t>(read);
        if (read < 0 && !must_wait(errno)) return lost(doing, errno);
        const auto waited = read > 0 ? Result<void>() : wait(POLLIN, waiting_.progress);
        if (!waited) return waited;
    }
    return Error(Fault::protocol, peer_ + ": it talks without end, which no syslog server does");
}

}  // namespace mugaika
