#include "relay/host/local_http.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core/flat_static_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <chrono>
#include <exception>
#include <optional>
#include <utility>

#include "relay/async/keep_running.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using boost::system::error_code;

constexpr auto no_throw = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::seconds patience{10};  // for the whole request, and again for the answer
constexpr std::chrono::milliseconds pause_after_failed_accept{100};

using Response = http::response<http::string_body>;

Response response_of(HttpAnswer answer, unsigned http_version, bool with_body) {
    Response response(static_cast<http::status>(answer.status), http_version);
    response.set(http::field::content_type, answer.content_type);
    response.set(http::field::cache_control, "no-store");
    response.keep_alive(false);
    response.content_length(answer.body.size());
    if (with_body) response.body() = std::move(answer.body);
    return response;
}

// Nothing when the request can be answered; what to say otherwise.
std::optional<HttpAnswer> objection(http::verb method) {
    if (method == http::verb::get || method == http::verb::head) return std::nullopt;
    return HttpAnswer{405, "text/plain; charset=utf-8", "only GET and HEAD\n"};
}

}  // namespace

struct LocalHttp::Impl : std::enable_shared_from_this<LocalHttp::Impl> {
    Impl(asio::io_context& i, Handler h, TaskLedger& t) : io(i), handler(std::move(h)), tasks(t), acceptor(i) {}

    static asio::awaitable<Rounds> accept_one(std::shared_ptr<Impl>);
    static asio::awaitable<void> serve(std::shared_ptr<Impl>, tcp::socket);
    bool answers(const tcp::socket&) const;
    HttpAnswer answer_to(const std::string& target) noexcept;

    asio::io_context& io;
    Handler handler;
    TaskLedger& tasks;
    std::optional<Networks> allow;  // nothing: the listener is on a loopback address
    tcp::acceptor acceptor;
    std::size_t connections = 0;
};

asio::awaitable<Rounds> LocalHttp::Impl::accept_one(std::shared_ptr<Impl> self) {
    tcp::socket socket(self->io);
    const auto [error] = co_await self->acceptor.async_accept(socket, no_throw);
    if (!error && self->connections < connections_max && self->answers(socket)) {
        asio::co_spawn(self->io, serve(self, std::move(socket)), asio::detached);
    } else if (error && self->acceptor.is_open()) {
        asio::steady_timer pause(self->io);
        pause.expires_after(pause_after_failed_accept);
        co_await pause.async_wait(no_throw);
    }
    co_return self->acceptor.is_open() ? Rounds::go_on : Rounds::end;
}

bool LocalHttp::Impl::answers(const tcp::socket& socket) const {
    if (!allow) return true;
    error_code error;
    const auto peer = socket.remote_endpoint(error).address();
    if (error) return false;
    const IpAddress address = peer.is_v4() ? IpAddress(peer.to_v4().to_bytes()) : IpAddress(peer.to_v6().to_bytes());
    return any_contains(*allow, address);
}

HttpAnswer LocalHttp::Impl::answer_to(const std::string& target) noexcept {
    try {
        return handler(target.substr(0, target.find('?')));
    } catch (...) {
        tasks.note("http", words_of(std::current_exception()));
    }
    return {500, "text/plain; charset=utf-8", "internal error\n"};
}

asio::awaitable<void> LocalHttp::Impl::serve(std::shared_ptr<Impl> self, tcp::socket socket) {
    struct Count {
        explicit Count(std::size_t& n) : connections(n) { ++connections; }
        ~Count() { --connections; }
        std::size_t& connections;
    };
    const Count count(self->connections);
    beast::tcp_stream stream(std::move(socket));
    beast::flat_static_buffer<request_bytes_max> buffer;
    http::request_parser<http::empty_body> parser;
    parser.header_limit(request_bytes_max);
    stream.expires_after(patience);
    const auto [read_error, bytes_read] = co_await http::async_read_header(stream, buffer, parser, no_throw);
    if (read_error == http::error::end_of_stream || read_error == beast::error::timeout) co_return;

    HttpAnswer answer{400, "text/plain; charset=utf-8", "bad request\n"};
    bool with_body = true;
    unsigned http_version = 11;
    if (!read_error) {
        const auto& request = parser.get();
        http_version = request.version();
        with_body = request.method() != http::verb::head;
        std::optional<HttpAnswer> refused = objection(request.method());
        if (refused) {
            answer = std::move(*refused);
        } else {
            answer = self->answer_to(std::string(request.target()));
        }
    }
    const Response response = response_of(std::move(answer), http_version, with_body);
    http::response_serializer<http::string_body> serializer(response);
    stream.expires_after(patience);
    co_await http::async_write(stream, serializer, no_throw);
    error_code ignored;
    stream.socket().shutdown(tcp::socket::shutdown_send, ignored);
}

LocalHttp::LocalHttp(asio::io_context& io, Handler handler, TaskLedger& tasks)
    : impl_(std::make_shared<Impl>(io, std::move(handler), tasks)) {}

LocalHttp::~LocalHttp() {
    error_code ignored;
    impl_->acceptor.close(ignored);
}

Result<void> LocalHttp::start(const std::string& address, std::uint16_t port, Networks allow) {
    error_code error;
    const asio::ip::address ip = asio::ip::make_address(address, error);
    if (error || (!ip.is_loopback() && allow.empty())) {
        return Error(Fault::configuration, address + " is no loopback address, and nobody is allowed to ask there");
    }
    if (!ip.is_loopback()) impl_->allow = std::move(allow);
    const tcp::endpoint endpoint(ip, port);
    tcp::acceptor& acceptor = impl_->acceptor;
    acceptor.open(endpoint.protocol(), error);
    if (!error) acceptor.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor.bind(endpoint, error);
    if (!error) acceptor.listen(tcp::acceptor::max_listen_connections, error);
    if (error) {
        return Error(Fault::unavailable,
                     "cannot listen on " + address + " port " + std::to_string(port) + ": " + error.message());
    }
    auto round = [impl = impl_] { return Impl::accept_one(impl); };
    Rhythm rhythm;
    rhythm.pause_after_fault = pause_after_failed_accept;
    asio::co_spawn(impl_->io, keep_running(impl_->tasks.begin("http"), rhythm, std::move(round)), asio::detached);
    return {};
}

std::uint16_t LocalHttp::port() const {
    error_code ignored;
    return impl_->acceptor.local_endpoint(ignored).port();
}

}  // namespace mugaika
