#include "relay/host/local_http.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <catch2/catch.hpp>
#include <chrono>
#include <stdexcept>

#include "sanitizer/mail/file_descriptor.hpp"

namespace mugaika {
namespace {

// What a client at `source` hears until it is closed.
std::string answer_of(boost::asio::io_context& io, std::uint16_t port, const char* source) {
    FileDescriptor client(::socket(AF_INET, SOCK_STREAM, 0));
    sockaddr_in address{};
    address.sin_family = AF_INET;
    ::inet_pton(AF_INET, source, &address.sin_addr);
    REQUIRE(::bind(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(client.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
    const std::string_view request = "GET /readyz?x=1 HTTP/1.1\r\nHost: x\r\n\r\n";
    REQUIRE(::send(client.get(), request.data(), request.size(), MSG_NOSIGNAL) > 0);
    std::string heard;
    const auto give_up = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    for (char buffer[1024]; std::chrono::steady_clock::now() < give_up;) {
        io.restart();
        io.run_one_for(std::chrono::milliseconds(5));
        const ssize_t bytes = ::recv(client.get(), buffer, sizeof buffer, MSG_DONTWAIT);
        if (bytes > 0) heard.append(buffer, static_cast<std::size_t>(bytes));
        if (bytes == 0 || (bytes < 0 && errno != EAGAIN)) return heard;
    }
    return "(never closed)";
}

}  // namespace

TEST_CASE("a page that cannot be made is answered 500, noted, and the next one is answered") {
    TaskLedger tasks(nullptr);
    boost::asio::io_context io;
    bool fails = true;
    LocalHttp http(
        io,
        [&fails](const std::string& path) {
            if (fails) throw std::runtime_error("planted");
            return HttpAnswer{200, "text/plain", path + "\n"};
        },
        tasks);
    REQUIRE(http.start("127.0.0.1", 0, {}).has_value());
    CHECK_THAT(answer_of(io, http.port(), "127.0.0.1"), Catch::StartsWith("HTTP/1.1 500 "));
    CHECK(tasks.faults().at("http") == 1);
    CHECK(tasks.not_running(TaskLedger::Clock::now()).empty());
    fails = false;
    const std::string answer = answer_of(io, http.port(), "127.0.0.1");
    CHECK_THAT(answer, Catch::StartsWith("HTTP/1.1 200 ") && Catch::EndsWith("/readyz\n"));
}

TEST_CASE("an address that others can reach answers whom it is told, and without a word about them nobody") {
    TaskLedger tasks(nullptr);
    boost::asio::io_context io;
    LocalHttp http(
        io,
        [](const std::string&) {
            return HttpAnswer{200, "text/plain", "ok\n"};
        },
        tasks);
    CHECK(http.start("0.0.0.0", 0, {}).error().fault() == Fault::configuration);
    REQUIRE(http.start("0.0.0.0", 0, {Network::parse("127.0.0.2").value()}).has_value());
    CHECK_THAT(answer_of(io, http.port(), "127.0.0.2"), Catch::StartsWith("HTTP/1.1 200 "));
    CHECK(answer_of(io, http.port(), "127.0.0.3").empty());
}

}  // namespace mugaika
