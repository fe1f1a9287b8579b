// How connections are secured: `[relay.tls]` for those to us, `[[route]] tls`, `tls_ca`, `tls_names` for ours.
#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace mugaika {

enum class TlsMode : std::uint8_t {
    none,           // never
    opportunistic,  // whenever the next hop offers it; in the clear when it does not or when the handshake fails
    required,       // never in the clear; who the next hop is is not asked
    verify,         // required, and its certificate must be trusted and bear the right name
};

std::string_view to_string(TlsMode) noexcept;

struct TlsKeyPair {
    std::string certificate;  // PEM file: the server's certificate, then those that lead to the root
    std::string key;          // PEM file: its private key, without a passphrase
    friend bool operator==(const TlsKeyPair&, const TlsKeyPair&) = default;
};

struct TlsPolicy {
    TlsMode mode = TlsMode::none;
    std::string ca_file;             // PEM; "" = what the machine trusts
    std::vector<std::string> names;  // any of them will do; none: the next hop's own name or address
    friend auto operator<=>(const TlsPolicy&, const TlsPolicy&) = default;
};

}  // namespace mugaika
