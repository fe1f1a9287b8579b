#include "policy/host_name.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

#include "policy/ascii.hpp"

namespace mugaika {
namespace {

constexpr std::size_t domain_bytes_max = 255;  // RFC 5321 4.5.3.1.2
constexpr std::size_t label_bytes_max = 63;    // RFC 1035 2.3.4

bool is_label(std::string_view label) noexcept {
    const bool ldh = std::all_of(label.begin(), label.end(), [](char c) { return ascii::is_alnum(c) || c == '-'; });
    return ldh && !label.empty() && label.size() <= label_bytes_max && label.front() != '-' && label.back() != '-';
}

}  // namespace

bool is_ip_address(const std::string& text) noexcept {
    std::array<unsigned char, sizeof(in6_addr)> ignored{};
    return inet_pton(AF_INET, text.c_str(), ignored.data()) == 1 ||
           inet_pton(AF_INET6, text.c_str(), ignored.data()) == 1;
}

bool is_domain(std::string_view text) noexcept {
    if (text.empty() || text.size() > domain_bytes_max) return false;
    for (;;) {
        const std::size_t dot = text.find('.');
        const std::string_view label = text.substr(0, dot);
        if (!is_label(label)) return false;
        if (dot == std::string_view::npos) return !std::all_of(label.begin(), label.end(), ascii::is_digit);
        text.remove_prefix(dot + 1);
    }
}

}  // namespace mugaika
