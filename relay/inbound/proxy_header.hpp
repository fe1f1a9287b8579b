// The PROXY protocol, versions 1 and 2, as HAProxy's proxy-protocol.txt has it: what a proxy says about its client
// before anything else. Strict: what is not exactly a header is none, and the connection is of no use.
//
// Version 2 may carry more (TLVs): it is passed over. LIMITS: a header of version 1 has at most 107 bytes, of version 2
// at most 2048 here; senders keep to 536 and fewer (2.2 of the text).
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "policy/ip_address.hpp"

namespace mugaika {

struct ProxyHeader {
    enum class State { incomplete, complete, malformed };
    State state = State::incomplete;
    std::size_t bytes = 0;  // of the header, when complete; the client's own words come behind it
    // The client. Nothing: the proxy speaks for itself (LOCAL) or cannot say (UNKNOWN, UNSPEC): the peer is the client.
    std::optional<IpAddress> client;
};

// `untrusted_bytes` is all that came so far. Never incomplete for more than 2048 bytes.
ProxyHeader read_proxy_header(std::string_view untrusted_bytes);

}  // namespace mugaika
