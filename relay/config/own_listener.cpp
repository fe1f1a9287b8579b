#include "relay/config/own_listener.hpp"

#include <ifaddrs.h>
#include <netinet/in.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/ip/address.hpp>
#include <cstring>
#include <optional>

#include "policy/ascii.hpp"
#include "policy/c_handle.hpp"

namespace mugaika {
namespace {

namespace ip = boost::asio::ip;

bool is_name_of_ours(const std::string& host, const std::string& our_hostname) {
    return host == "localhost" || host.ends_with(".localhost") || host == ascii::to_lower(our_hostname);
}

// An address that is none of our interfaces' and yet leads to us: all of 127.0.0.0/8, and the unspecified one.
bool leads_to_us(const IpAddress& address, const std::vector<IpAddress>& local) {
    boost::system::error_code error;
    const auto asio_address = ip::make_address(address.text(), error);
    return asio_address.is_loopback() || asio_address.is_unspecified() ||
           std::find(local.begin(), local.end(), address) != local.end();
}

bool is_unspecified(const IpAddress& address) {
    boost::system::error_code error;
    return ip::make_address(address.text(), error).is_unspecified();
}

// Listeners take one family only (v6_only). Who connects to the unspecified address comes to the loopback one.
bool reaches(const IpAddress& hop, const IpAddress& listener, const std::vector<IpAddress>& local) {
    if (hop == listener) return true;
    if (hop.is_v4() != listener.is_v4()) return false;
    if (is_unspecified(listener)) return leads_to_us(hop, local);
    boost::system::error_code error;
    return is_unspecified(hop) && ip::make_address(listener.text(), error).is_loopback();
}

std::optional<IpAddress> address_of(const sockaddr* address) {
    if (address == nullptr) return std::nullopt;
    if (address->sa_family == AF_INET) {
        sockaddr_in v4{};
        IpAddress::V4Bytes bytes{};
        std::memcpy(&v4, address, sizeof v4);
        std::memcpy(bytes.data(), &v4.sin_addr, bytes.size());
        return IpAddress(bytes);
    }
    if (address->sa_family != AF_INET6) return std::nullopt;
    sockaddr_in6 v6{};
    IpAddress::V6Bytes bytes{};
    std::memcpy(&v6, address, sizeof v6);
    std::memcpy(bytes.data(), &v6.sin6_addr, bytes.size());
    return IpAddress(bytes);
}

}  // namespace

const Listener* own_listener_at(const HostPort& hop, const std::vector<Listener>& listeners,
                                const std::string& our_hostname, const std::vector<IpAddress>& local) {
    const auto hop_address = IpAddress::parse(hop.host);
    for (const Listener& listener : listeners) {
        const auto address = IpAddress::parse(listener.address.host);
        if (!address || listener.address.port != hop.port) continue;
        const bool same = hop_address ? reaches(*hop_address, *address, local)
                                      : is_name_of_ours(hop.host, our_hostname) && leads_to_us(*address, local);
        if (same) return &listener;
    }
    return nullptr;
}

std::vector<IpAddress> local_addresses() {
    std::vector<IpAddress> addresses;
    ifaddrs* first = nullptr;
    if (::getifaddrs(&first) != 0) return addresses;
    const CHandle<ifaddrs, ::freeifaddrs> all(first);
    for (const ifaddrs* one = first; one != nullptr; one = one->ifa_next) {
        const auto address = address_of(one->ifa_addr);
        if (address) addresses.push_back(*address);
    }
    return addresses;
}

}  // namespace mugaika
