// A scripted next hop on loopback, on the io_context of the test. It answers each verb from a list and can be silent,
// hang up or reset instead; it writes down everything it hears. It outlives the running of the io_context.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "relay/tls/server_context.hpp"

namespace mugaika::test {

struct FakeAnswer {
    enum class Then { go_on, hang_up, reset };
    FakeAnswer(const char* b) : bytes(b) {}  // implicit: tables of answers read better without a type
    FakeAnswer(std::string b) : bytes(std::move(b)) {}
    FakeAnswer(std::string b, Then t) : bytes(std::move(b)), then(t) {}
    std::string bytes;  // "" and going on: silence from now on
    Then then = Then::go_on;
};

struct FakeScript {
    std::shared_ptr<const TlsServerContext> tls;  // offered after EHLO, used after STARTTLS was answered with 220
    FakeAnswer greeting = "220 fake ESMTP\r\n";
    // By verb, "." for the end of data, in order; the last one repeats. Verbs not named here are answered well.
    std::map<std::string, std::vector<FakeAnswer>> answers;
    std::size_t recipients_max = 0;  // of one mail, 0: any number; those past it hear `too_many`
    FakeAnswer too_many = "452 4.5.3 Error: too many recipients\r\n";
    std::size_t piece_bytes = 0;               // 0: answers go whole
    std::chrono::milliseconds piece_pause{0};  // after each piece
};

class FakeNextHop {
public:
    explicit FakeNextHop(boost::asio::io_context&);
    FakeNextHop(const FakeNextHop&) = delete;
    FakeNextHop& operator=(const FakeNextHop&) = delete;

    std::uint16_t port() const { return port_; }
    void close();  // from now on connections are refused
    std::size_t count(const std::string& verb) const;

    std::deque<FakeScript> scripts{FakeScript{}};  // one a connection, in order; the last one repeats
    int connections = 0;
    int secured = 0;                    // handshakes that were made
    int bursts = 0;                     // reads that brought something: how often the client waited for us
    std::vector<std::string> commands;  // lines without CRLF, of all connections
    std::vector<std::string> peers;     // addresses of the clients, one a connection
    std::vector<std::string> mails;     // as received: still dot-stuffed, with the end of data

private:
    struct Visit;
    static boost::asio::awaitable<void> listen(FakeNextHop*);
    static boost::asio::awaitable<void> talk(FakeNextHop*, std::unique_ptr<Visit>);
    static boost::asio::awaitable<bool> read_to(Visit&, std::string end, std::string& into);
    static boost::asio::awaitable<bool> secure(Visit&);
    static boost::asio::awaitable<bool> answer(Visit&, FakeAnswer);

    boost::asio::io_context& io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
};

}  // namespace mugaika::test
