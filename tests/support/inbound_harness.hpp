// An Inbound on the loopback with a relay behind it that answers from a script, and clients on plain sockets. One
// thread: whoever waits for the server runs its io_context meanwhile.
#pragma once

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
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
#include "tests/support/dialogue.hpp"

namespace mugaika::test {

class FakeTaker : public MailTaker {
public:
    explicit FakeTaker(ScriptedAnswers answers) : answers_(std::move(answers)) {}

    boost::asio::awaitable<smtp::Reply> verify(const smtp::Envelope&, const MailAddress&, std::string_view) override {
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

private:
    ScriptedAnswers answers_;
};

class InboundHarness {
public:
    explicit InboundHarness(const SmtpLimits& limits, ScriptedAnswers answers = ScriptedAnswers(Dialogue{}),
                            const std::string& log_file = "/dev/null",
                            const std::string& spool_dir = std::filesystem::temp_directory_path().string())
        : taker(std::move(answers)),
          events_(EventLog::open(log_file, dialogue_hostname).value()),
          inbound(io, {dialogue_hostname, dialogue_postmaster, {{"127.0.0.1", 0}}, spool_dir, limits}, taker,
                  *events_) {
        if (!inbound.start()) throw std::runtime_error("cannot listen on the loopback");
        port_ = inbound.ports().front();
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

    boost::asio::io_context io;
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

    // How many bytes the connection took at once; all of them when it is broken: nobody will ever read them.
    std::size_t send_some(std::string_view bytes) {
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
        const ssize_t bytes = ::recv(fd_, buffer, sizeof buffer, MSG_DONTWAIT);
        if (bytes > 0) input_.append(buffer, static_cast<std::size_t>(bytes));
        if (bytes == 0 || (bytes < 0 && errno != EAGAIN)) ended_ = true;
    }

    InboundHarness& server_;
    int fd_;
    std::string input_;
    bool ended_ = false;
};

}  // namespace mugaika::test
