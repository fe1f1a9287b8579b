// An Inbound on the loopback with a relay behind it that answers from a script, and clients on plain sockets. One
// thread: whoever waits for the server runs its io_context meanwhile.
#pragma once

#include <fcntl.h>
#include <netinet/in.h>
#include <openssl/err.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "relay/inbound/inbound.hpp"
#include "relay/tls/server_context.hpp"
#include "tests/support/certificates.hpp"
#include "tests/support/dialogue.hpp"

namespace mugaika::test {

class FakeTaker : public MailTaker {
public:
    explicit FakeTaker(ScriptedAnswers answers) : answers_(std::move(answers)) {}

    bool offers_dsn() const override { return answers_.offers_dsn(); }
    std::shared_ptr<const Config> config() const override { return config_now; }

    boost::asio::awaitable<smtp::Reply> verify(std::shared_ptr<const Config> config, const smtp::Envelope&,
                                               const MailAddress&, std::string_view) override {
        verified_with = std::move(config);
        co_await boost::asio::post(boost::asio::use_awaitable);  // the session really waits
        if (throws) throw std::runtime_error("planted");
        co_return answers_.verify();
    }

    boost::asio::awaitable<smtp::Reply> take(ReceivedMail mail) override {
        co_await boost::asio::post(boost::asio::use_awaitable);
        const auto bytes = mail.raw.untrusted_bytes();
        mails.push_back(taken(mail.envelope, std::string(bytes.value().view())));
        last.emplace(std::move(mail));
        if (while_taking) while_taking();
        co_return answers_.take();
    }

    std::vector<TakenMail> mails;
    std::optional<ReceivedMail> last;
    std::function<void()> while_taking;
    bool throws = false;
    std::shared_ptr<const Config> config_now;
    std::shared_ptr<const Config> verified_with;

private:
    ScriptedAnswers answers_;
};

// Certificates cost time: made once for all tests of a program.
inline TestCertificates& shared_certificates() {
    static TestCertificates certificates;
    return certificates;
}

inline std::shared_ptr<TlsServerContext> shared_tls() {
    static const std::shared_ptr<TlsServerContext> tls =
        TlsServerContext::load({shared_certificates().issue()}).value();
    return tls;
}

// Guesses and junk of the dialogues shall not make the tests slow.
inline ClientLimits without_delay() {
    ClientLimits clients;
    clients.error_delay = std::chrono::seconds(0);
    return clients;
}

class InboundHarness {
public:
    explicit InboundHarness(const SmtpLimits& limits, ScriptedAnswers answers = ScriptedAnswers(Dialogue{}),
                            const std::string& log_file = "/dev/null",
                            const std::string& spool_dir = std::filesystem::temp_directory_path().string(),
                            std::shared_ptr<const TlsServerContext> tls = nullptr,
                            const ClientLimits& clients = without_delay(), const ClientAccess& access = {},
                            std::uint64_t disk_free_min = 0)
        : taker(std::move(answers)),
          events_(EventLog::open(log_file, dialogue_hostname).value()),
          inbound(io, spool,
                  {dialogue_hostname,
                   dialogue_postmaster,
                   {{"127.0.0.1", 0, access}},
                   spool_dir,
                   limits,
                   std::move(tls),
                   clients,
                   disk_free_min},
                  taker, *events_, tasks) {
        if (!inbound.start()) throw std::runtime_error("cannot listen on the loopback");
        port_ = inbound.ports().front();
    }
    static InboundHarness for_script(const Dialogue& script) {
        ClientAccess access;
        if (script.trusted_hop) access.xclient_from = {Network::parse("127.0.0.1").value()};
        return InboundHarness(script.limits, ScriptedAnswers(script), "/dev/null",
                              std::filesystem::temp_directory_path().string(), script.tls ? shared_tls() : nullptr,
                              without_delay(), access);
    }

    // Runs the server until the condition holds; false when it does not within a time that no sound server needs.
    bool run_until(const std::function<bool()>& condition) {
        const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
        while (!condition()) {
            if (std::chrono::steady_clock::now() > give_up) return false;
            if (io.stopped()) io.restart();
            io.run_one_for(std::chrono::milliseconds(5));
        }
        return true;
    }

    bool run_until_no_sessions() {
        return run_until([this] { return inbound.sessions() == 0; });
    }

    std::uint16_t port() const { return port_; }

    TaskLedger tasks{nullptr};
    boost::asio::io_context io;
    boost::asio::thread_pool spool{1};
    FakeTaker taker;

private:
    std::unique_ptr<EventLog> events_;
    std::uint16_t port_ = 0;

public:
    Inbound inbound;
};

class SocketPeer : public DialoguePeer {
public:
    explicit SocketPeer(InboundHarness& server) : server_(server), fd_(::socket(AF_INET, SOCK_STREAM, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_port = htons(server.port());
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        if (::connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
            throw std::runtime_error("cannot connect to the loopback");
        }
    }
    ~SocketPeer() override { hang_up(); }

    void send(std::string_view bytes) override {
        server_.run_until([&] {
            bytes.remove_prefix(std::min(bytes.size(), send_some(bytes)));
            return bytes.empty();
        });
    }

    void secure() override { REQUIRE(shake_hands()); }

    // False when there will be no TLS. Versions as OpenSSL numbers them, TLS1_2_VERSION.
    bool shake_hands(int newest_version = 0, const char* ciphers = "ALL:@SECLEVEL=0") {
        const SslContextHandle context(SSL_CTX_new(TLS_client_method()));
        SSL_CTX_set_min_proto_version(context.get(), 0);
        SSL_CTX_set_max_proto_version(context.get(), newest_version);
        SSL_CTX_set_cipher_list(context.get(), ciphers);
        tls_.reset(SSL_new(context.get()));
        SSL_set_fd(tls_.get(), fd_);
        SSL_set_connect_state(tls_.get());
        ::fcntl(fd_, F_SETFL, O_NONBLOCK);
        bool failed = false;
        server_.run_until([&] {
            ERR_clear_error();
            const int answer = SSL_do_handshake(tls_.get());
            const int kind = answer == 1 ? SSL_ERROR_NONE : SSL_get_error(tls_.get(), answer);
            failed = kind != SSL_ERROR_NONE && kind != SSL_ERROR_WANT_READ && kind != SSL_ERROR_WANT_WRITE;
            return failed || answer == 1;
        });
        return !failed;
    }
    SSL* tls() { return tls_.get(); }
    // Past the TLS of this connection.
    void send_in_the_clear(std::string_view bytes) { ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

    // How many bytes the connection took at once; all of them when it is broken: nobody will ever read them.
    std::size_t send_some(std::string_view bytes) {
        if (tls_) {
            const int written = SSL_write(tls_.get(), bytes.data(), static_cast<int>(bytes.size()));
            if (written > 0) return static_cast<std::size_t>(written);
            return SSL_get_error(tls_.get(), written) == SSL_ERROR_WANT_WRITE ? 0 : bytes.size();
        }
        const ssize_t sent = ::send(fd_, bytes.data(), bytes.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
        if (sent >= 0) return static_cast<std::size_t>(sent);
        return errno == EAGAIN ? 0 : bytes.size();
    }

    std::optional<std::string> read_line() override {
        std::size_t end = std::string::npos;
        server_.run_until([&] {
            end = input_.find("\r\n");
            if (end != std::string::npos || ended_) return true;
            read_some();
            return false;
        });
        if (end == std::string::npos) return std::nullopt;
        std::string line = input_.substr(0, end);
        input_.erase(0, end + 2);
        return line;
    }

    bool closed() override { return ended_ && input_.empty(); }

    // Without waiting.
    bool has_input() {
        read_some();
        return !input_.empty();
    }

    void hang_up() {
        if (fd_ >= 0) ::close(std::exchange(fd_, -1));
    }
    // As a machine that is switched off, or a broken line: a reset instead of an orderly end.
    void reset() {
        const linger at_once{1, 0};
        ::setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
        hang_up();
    }

private:
    void read_some() {
        char buffer[4096];
        if (tls_) {
            ERR_clear_error();
            const int got = SSL_read(tls_.get(), buffer, sizeof buffer);
            if (got > 0) input_.append(buffer, static_cast<std::size_t>(got));
            if (got <= 0 && SSL_get_error(tls_.get(), got) != SSL_ERROR_WANT_READ) ended_ = true;
            return;
        }
        const ssize_t bytes = ::recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
        if (bytes > 0) input_.append(buffer, static_cast<std::size_t>(bytes));
        if (bytes == 0 || (bytes < 0 && errno != EAGAIN)) ended_ = true;
    }

    InboundHarness& server_;
    int fd_;
    SslHandle tls_;
    std::string input_;
    bool ended_ = false;
};

}  // namespace mugaika::test
