#include "relay/forward/log_sink.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <catch2/catch.hpp>
#include <functional>
#include <thread>

#include "relay/tls/blocking_stream.hpp"
#include "sanitizer/mail/file_descriptor.hpp"
#include "tests/support/log_folder.hpp"

using namespace mugaika;

namespace {

// Takes one connection and does with it what the test says.
class Server {
public:
    explicit Server(std::function<void(int)> serve) : listening_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        socklen_t size = sizeof address;
        REQUIRE(::bind(listening_.get(), reinterpret_cast<sockaddr*>(&address), size) == 0);
        REQUIRE(::listen(listening_.get(), 4) == 0);
        REQUIRE(::getsockname(listening_.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
        port = ntohs(address.sin_port);
        thread_ = std::thread([this, serve = std::move(serve)] {
            const FileDescriptor taken(::accept(listening_.get(), nullptr, nullptr));
            serve(taken.get());
        });
    }
    ~Server() { thread_.join(); }

    std::uint16_t port = 0;

private:
    FileDescriptor listening_;
    std::thread thread_;
};

std::string read_all(int socket) {
    std::string all;
    std::array<char, 4096> piece{};
    for (ssize_t got = 1; got > 0;) {
        got = ::recv(socket, piece.data(), piece.size(), 0);
        if (got > 0) all.append(piece.data(), static_cast<std::size_t>(got));
    }
    return all;
}

LogOutput output_to(std::uint16_t port, LogTransport transport) {
    LogOutput output;
    output.transport = transport;
    output.host = "127.0.0.1";
    output.port = port;
    return output;
}

}  // namespace

TEST_CASE("messages are counted in bytes, and a server that has read them all ends the connection") {
    std::string got;
    {
        const Server server([&](int socket) { got = read_all(socket); });
        const auto sink = make_log_sink(output_to(server.port, LogTransport::tcp)).value();
        CHECK(sink->deliver({"<22>1 - 無害化", "b"}, -1).has_value());
    }
    CHECK(got == "17 <22>1 - 無害化1 b");
}

TEST_CASE("a server that goes before it has read everything has received nothing") {
    const std::vector<std::string> messages(200, std::string(5000, 'x'));
    const Server server([](int socket) {
        std::array<char, 10> piece{};
        CHECK(::recv(socket, piece.data(), piece.size(), 0) > 0);
    });
    const auto sink = make_log_sink(output_to(server.port, LogTransport::tcp)).value();
    const auto delivered = sink->deliver(messages, -1);
    REQUIRE_FALSE(delivered.has_value());
    CHECK(delivered.error().fault() == Fault::disconnected);
}

TEST_CASE("a server that never ends the connection has received nothing, after a time") {
    std::array<int, 2> hold{};
    REQUIRE(::pipe(hold.data()) == 0);
    {
        const Server server([&](int) {
            char ignored = 0;
            CHECK(::read(hold[0], &ignored, 1) == 1);
        });
        BlockingStream::Waiting waiting;
        waiting.progress = std::chrono::milliseconds(50);
        const auto stream = BlockingStream::connect("127.0.0.1", server.port, nullptr, waiting);
        REQUIRE(stream.has_value());
        CHECK((*stream)->write("1 a").has_value());
        const auto finished = (*stream)->finish();
        CHECK(::write(hold[1], "x", 1) == 1);
        REQUIRE_FALSE(finished.has_value());
        CHECK(finished.error().fault() == Fault::timeout);
    }
    ::close(hold[0]);
    ::close(hold[1]);
}

TEST_CASE("whoever stops the process waits for no server") {
    std::array<int, 2> hold{}, stop{};
    REQUIRE(::pipe(hold.data()) == 0);
    REQUIRE(::pipe(stop.data()) == 0);
    {
        const Server server([&](int) {
            char ignored = 0;
            CHECK(::read(hold[0], &ignored, 1) == 1);
        });
        BlockingStream::Waiting waiting;
        waiting.stop = stop[0];
        const auto stream = BlockingStream::connect("127.0.0.1", server.port, nullptr, waiting);
        REQUIRE(stream.has_value());
        REQUIRE(::write(stop[1], "x", 1) == 1);
        const auto finished = (*stream)->finish();
        CHECK(::write(hold[1], "x", 1) == 1);
        REQUIRE_FALSE(finished.has_value());
        CHECK(finished.error().fault() == Fault::busy);
    }
    for (const int end : {hold[0], hold[1], stop[0], stop[1]}) ::close(end);
}

TEST_CASE("nobody there is an error with the server's name") {
    const auto sink = make_log_sink(output_to(1, LogTransport::tcp)).value();
    const auto delivered = sink->deliver({"a"}, -1);
    REQUIRE_FALSE(delivered.has_value());
    CHECK_THAT(delivered.error().words(), Catch::Contains("127.0.0.1 port 1") && Catch::Contains("refused"));
}

TEST_CASE("a datagram is a message") {
    const LogFolder folder;
    const FileDescriptor reader(::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0));
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    LogOutput output;
    output.transport = LogTransport::local;
    output.socket = folder.file("log");
    std::copy(output.socket.begin(), output.socket.end(), address.sun_path);
    const auto sink = make_log_sink(output).value();
    CHECK_FALSE(sink->deliver({"a"}, -1).has_value());
    REQUIRE(::bind(reader.get(), reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    CHECK(sink->deliver({"a", "無害化"}, -1).has_value());
    std::array<char, 100> piece{};
    for (const std::string_view wanted : {"a", "無害化"}) {
        const ssize_t got = ::recv(reader.get(), piece.data(), piece.size(), 0);
        CHECK(std::string_view(piece.data(), static_cast<std::size_t>(got)) == wanted);
    }
}
