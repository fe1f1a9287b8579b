// Which clients a listener serves, and whose word about the real client it believes.
#pragma once

#include "policy/network.hpp"

namespace mugaika {

struct ClientAccess {
    Networks allow;                // empty: everybody
    Networks deny;                 // wins over allow
    Networks proxy_protocol_from;  // must begin with a PROXY header, which names the client
    Networks xclient_from;         // may say XCLIENT and XFORWARD

    bool allows(const IpAddress& client) const noexcept { return allow.empty() || any_contains(allow, client); }
    bool denies(const IpAddress& client) const noexcept { return any_contains(deny, client); }
    friend bool operator==(const ClientAccess&, const ClientAccess&) = default;
};

}  // namespace mugaika
