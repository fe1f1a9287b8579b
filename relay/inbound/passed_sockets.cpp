#include "relay/inbound/passed_sockets.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/tcp.hpp>
#include <optional>
#include <sstream>

namespace mugaika {
namespace {

using boost::asio::ip::tcp;

std::optional<tcp::endpoint> endpoint_of(int fd) {
    tcp::endpoint endpoint;
    auto size = static_cast<socklen_t>(endpoint.capacity());
    if (::getsockname(fd, endpoint.data(), &size) != 0) return std::nullopt;
    if (endpoint.data()->sa_family != AF_INET && endpoint.data()->sa_family != AF_INET6) return std::nullopt;
    return endpoint;
}

int option_of(int fd, int option) {
    int value = 0;
    socklen_t size = sizeof value;
    return ::getsockopt(fd, SOL_SOCKET, option, &value, &size) == 0 ? value : -1;
}

bool is(const ListenAddress& address, const tcp::endpoint& endpoint) {
    boost::system::error_code error;
    const auto ip = boost::asio::ip::make_address(address.first, error);
    return !error && tcp::endpoint(ip, address.second) == endpoint;
}

Error fault(int fd, const std::string& words) {
    return {Fault::configuration, "the passed socket (descriptor " + std::to_string(fd) + ") " + words};
}

}  // namespace

Result<std::vector<PassedSocket>> match_passed_sockets(std::vector<FileDescriptor> sockets,
                                                       const std::vector<ListenAddress>& wanted) {
    std::vector<PassedSocket> matched;
    for (FileDescriptor& socket : sockets) {
        const int fd = socket.get();
        const auto endpoint = endpoint_of(fd);
        if (!endpoint || option_of(fd, SO_TYPE) != SOCK_STREAM) return fault(fd, "is no TCP socket");
        std::ostringstream text;
        text << *endpoint;
        if (option_of(fd, SO_ACCEPTCONN) != 1) return fault(fd, text.str() + " is not listening");
        const auto address =
            std::find_if(wanted.begin(), wanted.end(), [&](const auto& a) { return is(a, *endpoint); });
        if (address == wanted.end()) {
            return fault(fd, "listens on " + text.str() +
                                 ", which is no listener of the configuration; the socket unit and the configuration "
                                 "must name the same addresses");
        }
        const bool again =
            std::any_of(matched.begin(), matched.end(), [&](const auto& m) { return m.address == *address; });
        if (again) return fault(fd, "listens on " + text.str() + ", as another passed one does");
        matched.push_back({*address, std::move(socket)});
    }
    return matched;
}

}  // namespace mugaika
