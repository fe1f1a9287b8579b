// A network in CIDR notation: "192.0.2.0/24", "2001:db8::/32", or one address.
#pragma once

#include <string_view>
#include <vector>

#include "policy/ip_address.hpp"
#include "policy/result.hpp"

namespace mugaika {

class Network {
public:
    // Bits behind the prefix must be zero: "192.0.2.7/24" is either a slip of the address or of the prefix, and a guess
    // would let the wrong ones in. Fault::configuration; the words say what is wrong and what was expected.
    static Result<Network> parse(std::string_view text);

    // Of its own family only: "::/0" holds no IPv4 address.
    bool contains(const IpAddress&) const noexcept;

    friend bool operator==(const Network&, const Network&) = default;

private:
    Network(const IpAddress& first, unsigned bits) noexcept : first_(first), bits_(bits) {}
    bool same_prefix(const IpAddress&) const noexcept;

    IpAddress first_;
    unsigned bits_;  // of the 128 of IpAddress::bytes()
};

using Networks = std::vector<Network>;

bool any_contains(const Networks&, const IpAddress&) noexcept;

}  // namespace mugaika
