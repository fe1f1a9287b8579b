#include "relay/inbound/passed_sockets.hpp"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>

namespace mugaika {
namespace {

struct Socket {
    FileDescriptor descriptor;
    std::uint16_t port = 0;
};

enum class Listening { no, yes };

Socket socket_on_loopback(int type, Listening listening) {
    Socket made{FileDescriptor(::socket(AF_INET, type, 0)), 0};
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    REQUIRE(::bind(made.descriptor.get(), reinterpret_cast<const sockaddr*>(&address), size) == 0);
    if (listening == Listening::yes) REQUIRE(::listen(made.descriptor.get(), 1) == 0);
    REQUIRE(::getsockname(made.descriptor.get(), reinterpret_cast<sockaddr*>(&address), &size) == 0);
    made.port = ntohs(address.sin_port);
    return made;
}

std::vector<FileDescriptor> just(Socket& socket) {
    std::vector<FileDescriptor> list;
    list.push_back(std::move(socket.descriptor));
    return list;
}

}  // namespace

TEST_CASE("a passed socket is matched with the address that names it, whatever stands beside it") {
    Socket socket = socket_on_loopback(SOCK_STREAM, Listening::yes);
    const int fd = socket.descriptor.get();
    const auto matched =
        match_passed_sockets(just(socket), {{"::1", socket.port}, {"127.0.0.1", 1}, {"127.0.0.1", socket.port}});
    REQUIRE(matched.has_value());
    REQUIRE(matched->size() == 1);
    CHECK(matched->front().address == ListenAddress{"127.0.0.1", socket.port});
    CHECK(matched->front().socket.get() == fd);
    CHECK(match_passed_sockets({}, {{"127.0.0.1", 25}})->empty());
}

TEST_CASE("a passed socket that nobody would accept from is a fault that says which") {
    const auto words_for = [](Socket socket, const std::string& host) {
        const std::uint16_t port = socket.port;
        const auto matched = match_passed_sockets(just(socket), {{host, port}});
        REQUIRE(matched.has_error());
        CHECK(matched.error().fault() == Fault::configuration);
        return matched.error().words();
    };
    CHECK_THAT(words_for(socket_on_loopback(SOCK_STREAM, Listening::yes), "127.0.0.2"),
               Catch::Contains("127.0.0.1:") && Catch::Contains("no listener of the configuration"));
    CHECK_THAT(words_for(socket_on_loopback(SOCK_STREAM, Listening::no), "127.0.0.1"),
               Catch::Contains("not listening"));
    CHECK_THAT(words_for(socket_on_loopback(SOCK_DGRAM, Listening::no), "127.0.0.1"), Catch::Contains("no TCP socket"));
}

TEST_CASE("one socket passed twice is a fault") {
    Socket socket = socket_on_loopback(SOCK_STREAM, Listening::yes);
    std::vector<FileDescriptor> both;
    both.emplace_back(::dup(socket.descriptor.get()));
    both.push_back(std::move(socket.descriptor));
    const auto matched = match_passed_sockets(std::move(both), {{"127.0.0.1", socket.port}});
    REQUIRE(matched.has_error());
    CHECK_THAT(matched.error().words(), Catch::Contains("as another passed one does"));
}

}  // namespace mugaika
