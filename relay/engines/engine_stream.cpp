#include "relay/engines/engine_stream.hpp"

#include <sys/socket.h>
#include <sys/un.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <cerrno>
#include <optional>

namespace mugaika {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Endpoint = asio::generic::stream_protocol::endpoint;

constexpr auto as_words = asio::as_tuple(asio::use_awaitable);  // errors come as values

// Nothing for what the configuration does not let in: a path too long for a socket, a name instead of an address.
std::optional<Endpoint> endpoint_of(const EngineAddress& address) {
    if (!address.path.empty()) {
        if (address.path.size() >= sizeof(sockaddr_un::sun_path)) return std::nullopt;
        return Endpoint(asio::local::stream_protocol::endpoint(address.path));
    }
    error_code error;
    const asio::ip::address ip = asio::ip::make_address(address.host, error);
    if (error) return std::nullopt;
    return Endpoint(asio::ip::tcp::endpoint(ip, address.port));
}

}  // namespace

EngineStream::EngineStream(asio::io_context& io) : socket_(io), deadline_(io, [this] { close(); }) {}

asio::awaitable<Result<void>> EngineStream::connect(const EngineAddress& address, Clock::time_point until) {
    const std::optional<Endpoint> endpoint = endpoint_of(address);
    if (!endpoint) co_return Error(Fault::configuration, address.text() + " is no address of an engine");
    deadline_.set(until);
    const auto [error] = co_await socket_.async_connect(*endpoint, as_words);
    deadline_.clear();
    if (error) co_return lost(error, "connect");
    co_return Result<void>();
}

asio::awaitable<Result<void>> EngineStream::write(std::string_view bytes, Clock::time_point until) {
    deadline_.set(until);
    const auto [error, written] = co_await asio::async_write(socket_, asio::buffer(bytes), as_words);
    deadline_.clear();
    if (error) co_return lost(error, "write");
    co_return Result<void>();
}

asio::awaitable<Result<std::string_view>> EngineStream::read_some(Clock::time_point until) {
    deadline_.set(until);
    const auto [error, bytes] = co_await socket_.async_read_some(asio::buffer(buffer_), as_words);
    deadline_.clear();
    if (error == asio::error::eof) co_return std::string_view();
    if (error) co_return lost(error, "read");
    co_return std::string_view(buffer_.data(), bytes);
}

bool EngineStream::is_quiet() noexcept {
    char byte = 0;
    const ssize_t came = ::recv(socket_.native_handle(), &byte, 1, MSG_PEEK | MSG_DONTWAIT);
    return came < 0 && (errno == EAGAIN || errno == EWOULDBLOCK);
}

Error EngineStream::lost(const error_code& error, std::string_view what) const {
    if (deadline_.passed()) return {Fault::timeout, std::string(what) + ": timeout"};
    const bool refused = what == "connect";
    return {refused ? Fault::unavailable : Fault::disconnected, std::string(what) + ": " + error.message()};
}

void EngineStream::close() noexcept {
    error_code ignored;  // closed it is in any case
    socket_.close(ignored);
}

}  // namespace mugaika
