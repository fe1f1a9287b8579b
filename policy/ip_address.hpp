// An IPv4 or IPv6 address as a value. ::ffff:a.b.c.d is the IPv4 address that it carries, so that a client has one
// address whichever socket it came through (RFC 4291 2.5.5.2).
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mugaika {

class IpAddress {
public:
    using V4Bytes = std::array<std::uint8_t, 4>;  // both in network order
    using V6Bytes = std::array<std::uint8_t, 16>;

    explicit IpAddress(const V4Bytes&) noexcept;
    explicit IpAddress(const V6Bytes& bytes) noexcept : bytes_(bytes) {}
    // As inet_pton reads it: no brackets, no scope, no leading zeros. Nothing for anything else.
    static std::optional<IpAddress> parse(std::string_view untrusted_text);

    bool is_v4() const noexcept;
    std::string text() const;  // RFC 5952; dotted decimals for IPv4
    const V6Bytes& bytes() const noexcept { return bytes_; }
    // What one client can be held to: an IPv4 address, and of IPv6 the /64, in which a single host may take any
    // address.
    IpAddress client_key() const noexcept;

    friend bool operator==(const IpAddress&, const IpAddress&) = default;

private:
    V6Bytes bytes_{};  // IPv4 as ::ffff:a.b.c.d
};

struct IpAddressHash {
    std::size_t operator()(const IpAddress& address) const noexcept {
        const auto& bytes = address.bytes();
        return std::hash<std::string_view>{}({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
    }
};

}  // namespace mugaika
