#include "relay/inbound/inbound.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "relay/inbound/session.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

// When no descriptor is left, accept() fails at once, again and again; connections wait in the backlog meanwhile.
constexpr std::chrono::milliseconds pause_after_failed_accept{100};

using Acceptor = std::shared_ptr<tcp::acceptor>;  // shared with the coroutine that accepts from it

asio::awaitable<void> accept_all(Acceptor acceptor, std::shared_ptr<Sessions> sessions) {
    asio::steady_timer pause(acceptor->get_executor());
    while (acceptor->is_open()) {
        tcp::socket socket(acceptor->get_executor());
        auto [error] = co_await acceptor->async_accept(socket, no_throw);
        if (!error) {
            sessions->serve(std::move(socket));
        } else if (acceptor->is_open()) {
            pause.expires_after(pause_after_failed_accept);
            co_await pause.async_wait(no_throw);
        }
    }
}

error_code listen_on(tcp::acceptor& acceptor, const std::string& host, std::uint16_t port) {
    error_code error;
    const asio::ip::address address = asio::ip::make_address(host, error);
    if (error) return error;
    const tcp::endpoint endpoint(address, port);
    acceptor.open(endpoint.protocol(), error);
    if (error) return error;
    acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (error) return error;
    // "::" shall not take the port of "0.0.0.0" as well: both may be listed.
    if (address.is_v6()) acceptor.set_option(asio::ip::v6_only(true), error);
    if (error) return error;
    acceptor.bind(endpoint, error);
    if (error) return error;
    acceptor.listen(tcp::acceptor::max_listen_connections, error);
    return error;
}

}  // namespace

struct Inbound::Impl {
    asio::io_context& io;
    const std::vector<std::pair<std::string, std::uint16_t>> listen;
    std::shared_ptr<Sessions> sessions;  // shared with the session coroutines, which may end after us
    std::vector<Acceptor> acceptors;

    void close_acceptors() {
        for (const Acceptor& acceptor : acceptors) {
            error_code ignored;
            acceptor->close(ignored);
        }
        acceptors.clear();
    }
};

Inbound::Inbound(asio::io_context& io, Settings settings, MailTaker& taker, EventLog& events) {
    auto listen = settings.listen;
    auto sessions = std::make_shared<Sessions>(io, std::move(settings), taker, events);
    impl_ = std::make_unique<Impl>(Impl{io, std::move(listen), std::move(sessions), {}});
}

Inbound::~Inbound() { stop(); }

Result<void> Inbound::start() {
    for (const auto& [host, port] : impl_->listen) {
        auto acceptor = std::make_shared<tcp::acceptor>(impl_->io);
        const error_code error = listen_on(*acceptor, host, port);
        if (error) {
            impl_->close_acceptors();
            return Error(Fault::unavailable,
                         "cannot listen on " + host + " port " + std::to_string(port) + ": " + error.message());
        }
        impl_->acceptors.push_back(std::move(acceptor));
    }
    for (const Acceptor& acceptor : impl_->acceptors) {
        asio::co_spawn(impl_->io, accept_all(acceptor, impl_->sessions), asio::detached);
    }
    return {};
}

std::vector<std::uint16_t> Inbound::ports() const {
    std::vector<std::uint16_t> ports;
    for (const Acceptor& acceptor : impl_->acceptors) {
        error_code ignored;
        ports.push_back(acceptor->local_endpoint(ignored).port());
    }
    return ports;
}

void Inbound::stop() {
    impl_->close_acceptors();
    impl_->sessions->stop();
}

std::size_t Inbound::sessions() const noexcept { return impl_->sessions->count(); }

}  // namespace mugaika
