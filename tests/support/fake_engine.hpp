// A scripted scanner on loopback, on the io_context of the test: it waits for some words, answers, and may hang up. It
// writes down all that it hears. It outlives the running of the io_context.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "relay/engines/engine_stream.hpp"

namespace mugaika::test {

struct FakeTurn {
    std::string awaited;  // the answer comes when it was heard since the last answer
    std::string answer;
    enum class Then { go_on, hang_up, reset } then = Then::go_on;
};

class FakeEngine {
public:
    explicit FakeEngine(boost::asio::io_context&);
    FakeEngine(const FakeEngine&) = delete;
    FakeEngine& operator=(const FakeEngine&) = delete;

    EngineAddress address() const { return {{}, "127.0.0.1", port_}; }
    void close();  // from now on connections are refused

    // One list a connection, in order; the last one repeats. Behind its last turn it is silent.
    std::deque<std::vector<FakeTurn>> scripts{{}};
    int connections = 0;
    std::string heard;  // of all connections

private:
    static boost::asio::awaitable<void> listen(FakeEngine*);
    static boost::asio::awaitable<void> talk(FakeEngine*, std::shared_ptr<boost::asio::ip::tcp::socket>,
                                             std::vector<FakeTurn>);

    boost::asio::io_context& io_;
    boost::asio::ip::tcp::acceptor acceptor_;
    std::uint16_t port_;
};

}  // namespace mugaika::test
