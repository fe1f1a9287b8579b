#include "tests/support/fake_engine.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

namespace mugaika::test {

namespace asio = boost::asio;
using asio::ip::tcp;

namespace {

constexpr auto as_words = asio::as_tuple(asio::use_awaitable);

}  // namespace

FakeEngine::FakeEngine(asio::io_context& io)
    : io_(io),
      acceptor_(io, tcp::endpoint(asio::ip::address_v4::loopback(), 0)),
      port_(acceptor_.local_endpoint().port()) {
    asio::co_spawn(io_, listen(this), asio::detached);
}

void FakeEngine::close() { acceptor_.close(); }

asio::awaitable<void> FakeEngine::listen(FakeEngine* engine) {
    for (;;) {
        auto [error, socket] = co_await engine->acceptor_.async_accept(as_words);
        if (error) co_return;
        ++engine->connections;
        std::vector<FakeTurn> script = engine->scripts.front();
        if (engine->scripts.size() > 1) engine->scripts.pop_front();
        auto shared = std::make_shared<tcp::socket>(std::move(socket));
        asio::co_spawn(engine->io_, talk(engine, std::move(shared), std::move(script)), asio::detached);
    }
}

asio::awaitable<void> FakeEngine::talk(FakeEngine* engine, std::shared_ptr<tcp::socket> socket,
                                       std::vector<FakeTurn> script) {
    std::array<char, 4096> buffer{};
    std::string since;
    for (const FakeTurn& turn : script) {
        while (since.find(turn.awaited) == std::string::npos) {
            const auto [error, bytes] = co_await socket->async_read_some(asio::buffer(buffer), as_words);
            if (error) co_return;
            since.append(buffer.data(), bytes);
            engine->heard.append(buffer.data(), bytes);
        }
        since.clear();
        const auto [error, written] = co_await asio::async_write(*socket, asio::buffer(turn.answer), as_words);
        if (error) co_return;
        if (turn.then == FakeTurn::Then::reset) socket->set_option(asio::socket_base::linger(true, 0));
        if (turn.then != FakeTurn::Then::go_on) co_return;
    }
    const auto [error, bytes] = co_await socket->async_read_some(asio::buffer(buffer), as_words);
    engine->heard.append(buffer.data(), bytes);
    if (error) co_return;
    co_await socket->async_wait(tcp::socket::wait_error, as_words);
}

}  // namespace mugaika::test
