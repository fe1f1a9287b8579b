#include "policy/ip_address.hpp"

#include <arpa/inet.h>

#include <algorithm>

namespace mugaika {
namespace {

constexpr IpAddress::V6Bytes v4_prefix{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};
constexpr std::size_t v4_prefix_bytes = 12;
constexpr std::size_t text_bytes_max = 45;  // the longest that inet_pton reads: IPv6 that ends in dotted decimals
constexpr std::size_t network_bytes = 8;    // a /64

}  // namespace

IpAddress::IpAddress(const V4Bytes& bytes) noexcept : bytes_(v4_prefix) {
    std::copy(bytes.begin(), bytes.end(), bytes_.begin() + v4_prefix_bytes);
}

std::optional<IpAddress> IpAddress::parse(std::string_view untrusted_text) {
    if (untrusted_text.size() > text_bytes_max || untrusted_text.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    const std::string text(untrusted_text);
    V4Bytes v4{};
    if (::inet_pton(AF_INET, text.c_str(), v4.data()) == 1) return IpAddress(v4);
    V6Bytes v6{};
    if (::inet_pton(AF_INET6, text.c_str(), v6.data()) == 1) return IpAddress(v6);
    return std::nullopt;
}

bool IpAddress::is_v4() const noexcept {
    return std::equal(v4_prefix.begin(), v4_prefix.begin() + v4_prefix_bytes, bytes_.begin());
}

std::string IpAddress::text() const {
    std::array<char, INET6_ADDRSTRLEN> text{};
    const bool v4 = is_v4();
    const auto* first = bytes_.data() + (v4 ? v4_prefix_bytes : 0);
    ::inet_ntop(v4 ? AF_INET : AF_INET6, first, text.data(), static_cast<socklen_t>(text.size()));
    return text.data();
}

IpAddress IpAddress::client_key() const noexcept {
    if (is_v4()) return *this;
    IpAddress key = *this;
    std::fill(key.bytes_.begin() + network_bytes, key.bytes_.end(), std::uint8_t{0});
    return key;
}

}  // namespace mugaika
