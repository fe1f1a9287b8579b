#include "policy/network.hpp"

#include <algorithm>
#include <charconv>

#include "policy/shown_text.hpp"

namespace mugaika {
namespace {

constexpr unsigned bits_of_a_byte = 8;
constexpr unsigned v4_bits = 32;
constexpr unsigned v6_bits = 128;

Error no_network(std::string_view text, std::string_view why) {
    return Error(Fault::configuration, '"' + shown_text(text, 100) + "\" is no network" + std::string(why) +
                                           ", expected \"192.0.2.0/24\", \"2001:db8::/32\" or one address");
}

std::optional<unsigned> prefix_from_text(std::string_view digits, unsigned most) noexcept {
    unsigned bits = 0;
    const auto [end, fault] = std::from_chars(digits.data(), digits.data() + digits.size(), bits);
    if (fault != std::errc() || end != digits.data() + digits.size() || bits > most) return std::nullopt;
    return bits;
}

bool bit_of(const IpAddress& address, unsigned bit) noexcept {
    return (address.bytes()[bit / bits_of_a_byte] >> (bits_of_a_byte - 1 - bit % bits_of_a_byte) & 1u) != 0;
}

}  // namespace

Result<Network> Network::parse(std::string_view text) {
    const std::size_t slash = text.find('/');
    const auto address = IpAddress::parse(text.substr(0, slash));
    if (!address) return no_network(text, "");
    const unsigned most = address->is_v4() ? v4_bits : v6_bits;
    const auto prefix =
        slash == std::string_view::npos ? std::optional(most) : prefix_from_text(text.substr(slash + 1), most);
    if (!prefix) return no_network(text, " (the number behind / is wrong)");
    const unsigned bits = *prefix + (v6_bits - most);
    for (unsigned bit = bits; bit < v6_bits; ++bit) {
        if (bit_of(*address, bit)) return no_network(text, " (the address goes on behind the prefix)");
    }
    return Network(*address, bits);
}

bool Network::contains(const IpAddress& address) const noexcept {
    return first_.is_v4() == address.is_v4() && same_prefix(address);
}

bool Network::same_prefix(const IpAddress& address) const noexcept {
    for (unsigned bit = 0; bit < bits_; ++bit) {
        if (bit_of(first_, bit) != bit_of(address, bit)) return false;
    }
    return true;
}

bool any_contains(const Networks& networks, const IpAddress& address) noexcept {
    return std::any_of(networks.begin(), networks.end(),
                       [&](const Network& network) { return network.contains(address); });
}

}  // namespace mugaika
