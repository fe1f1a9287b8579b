#include "relay/inbound/inbound.hpp"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <set>
#include <utility>

#include "relay/async/keep_running.hpp"
#include "relay/inbound/passed_sockets.hpp"
#include "relay/inbound/sessions.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);

// When no descriptor is left, accept() fails at once, again and again; connections wait in the backlog meanwhile.
constexpr std::chrono::milliseconds pause_after_failed_accept{100};
constexpr std::chrono::seconds pause_between_sums{10};
constexpr std::chrono::seconds sums_at_least_every{120};

using Address = ListenAddress;
using Acceptor = std::shared_ptr<tcp::acceptor>;  // shared with the coroutine that accepts from it

asio::awaitable<Rounds> accept_one(Acceptor acceptor, std::shared_ptr<Sessions> sessions, Address listener) {
    tcp::socket socket(acceptor->get_executor());
    auto [error] = co_await acceptor->async_accept(socket, no_throw);
    if (!error) {
        sessions->serve(std::move(socket), listener);
    } else if (acceptor->is_open()) {
        asio::steady_timer pause(acceptor->get_executor());
        pause.expires_after(pause_after_failed_accept);
        co_await pause.async_wait(no_throw);
    }
    co_return acceptor->is_open() ? Rounds::go_on : Rounds::end;
}

std::vector<Address> addresses_of(const Inbound::Settings& settings) {
    std::vector<Address> addresses;
    for (const Inbound::Listener& listener : settings.listen) addresses.emplace_back(listener.address, listener.port);
    return addresses;
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
    std::vector<Address> listen;
    std::shared_ptr<Sessions> sessions;  // shared with the session coroutines, which may end after us
    TaskLedger& tasks;
    std::map<Address, Acceptor> acceptors;  // by the address as it was asked for
    std::set<Address> passed;               // of these, whose sockets were open before us

    void accept_from(const Acceptor&, const Address&);
    void say_sums();
    Result<void> adopt(std::vector<FileDescriptor>);
    Result<void> listen_at(const std::vector<Address>& wanted);
};

void Inbound::Impl::accept_from(const Acceptor& acceptor, const Address& address) {
    auto round = [acceptor, sessions = sessions, address] { return accept_one(acceptor, sessions, address); };
    Rhythm rhythm;
    rhythm.pause_after_fault = pause_after_failed_accept;
    TaskLedger::Task task = tasks.begin("accept " + address.first + " port " + std::to_string(address.second));
    asio::co_spawn(io, keep_running(std::move(task), rhythm, std::move(round)), asio::detached);
}

void Inbound::Impl::say_sums() {
    auto round = [sessions = sessions]() -> asio::awaitable<Rounds> { return sessions->say_sums(); };
    Rhythm rhythm;
    rhythm.pause = pause_between_sums;
    asio::co_spawn(io, keep_running(tasks.begin("sums", sums_at_least_every), rhythm, std::move(round)),
                   asio::detached);
}

Result<void> Inbound::Impl::adopt(std::vector<FileDescriptor> sockets) {
    auto matched = match_passed_sockets(std::move(sockets), listen);
    if (!matched) return matched.error();
    for (PassedSocket& socket : *matched) {
        const bool is_v6 = asio::ip::make_address(socket.address.first).is_v6();  // matched, so an address
        auto acceptor = std::make_shared<tcp::acceptor>(io);
        error_code error;
        acceptor->assign(is_v6 ? tcp::v6() : tcp::v4(), socket.socket.get(), error);
        if (error) return Error(Fault::unavailable, "watching a passed socket: " + error.message());
        socket.socket.release();
        accept_from(acceptor, socket.address);
        acceptors.emplace(socket.address, std::move(acceptor));
        passed.insert(socket.address);
    }
    return {};
}

// First all new ones, so that nothing has changed when one of them cannot be opened; then the vanished ones go.
Result<void> Inbound::Impl::listen_at(const std::vector<Address>& wanted) {
    std::map<Address, Acceptor> opened;
    for (const Address& address : wanted) {
        if (acceptors.contains(address)) continue;
        const auto& [host, port] = address;
        auto acceptor = std::make_shared<tcp::acceptor>(io);
        const error_code error = listen_on(*acceptor, host, port);
        if (error) {
            return Error(Fault::unavailable,
                         "cannot listen on " + host + " port " + std::to_string(port) + ": " + error.message());
        }
        opened.emplace(address, std::move(acceptor));
    }
    for (const auto& [address, acceptor] : opened) accept_from(acceptor, address);
    std::erase_if(acceptors, [&](const auto& open) {
        if (std::find(wanted.begin(), wanted.end(), open.first) != wanted.end()) return false;
        error_code ignored;
        open.second->close(ignored);
        return true;
    });
    acceptors.merge(opened);
    listen = wanted;
    return {};
}

Inbound::Inbound(asio::io_context& io, asio::thread_pool& spool, Settings settings, MailTaker& taker, EventLog& events,
                 TaskLedger& tasks) {
    auto listen = addresses_of(settings);
    auto sessions = std::make_shared<Sessions>(io, spool, std::move(settings), taker, events, tasks);
    impl_ = std::make_unique<Impl>(Impl{io, std::move(listen), std::move(sessions), tasks, {}, {}});
}

Inbound::~Inbound() { stop(); }

Result<void> Inbound::start(std::vector<FileDescriptor> passed) {
    auto adopted = impl_->adopt(std::move(passed));
    if (adopted) impl_->say_sums();
    return adopted ? impl_->listen_at(std::vector<Address>(impl_->listen)) : adopted;
}

Result<void> Inbound::reload(Settings settings) {
    const std::vector<Address> wanted = addresses_of(settings);
    for (const Address& passed : impl_->passed) {
        if (std::find(wanted.begin(), wanted.end(), passed) != wanted.end()) continue;
        // The service manager keeps it open: clients would connect and never be served.
        return Error(Fault::configuration, "the socket of " + passed.first + " port " + std::to_string(passed.second) +
                                               " was passed by the service manager; to give it up, change the socket "
                                               "unit and restart");
    }
    auto listening = impl_->listen_at(wanted);
    if (listening) impl_->sessions->use(std::move(settings));
    return listening;
}

std::vector<std::uint16_t> Inbound::ports() const {
    std::vector<std::uint16_t> ports;
    for (const Address& address : impl_->listen) {
        const auto open = impl_->acceptors.find(address);
        if (open == impl_->acceptors.end()) continue;
        error_code ignored;
        ports.push_back(open->second->local_endpoint(ignored).port());
    }
    return ports;
}

void Inbound::stop() {
    const Result<void> closed = impl_->listen_at({});
    static_cast<void>(closed);  // nothing new to open, so nothing that can fail
    impl_->sessions->stop();
}

void Inbound::cut_off() { impl_->sessions->cut_off(); }

std::size_t Inbound::sessions() const noexcept { return impl_->sessions->count(); }

std::uint64_t Inbound::idle_sessions() const noexcept { return impl_->sessions->idle(); }

}  // namespace mugaika
