// What XCLIENT and XFORWARD say about the real client (Postfix, XCLIENT_README and XFORWARD_README). Who may say it is
// decided elsewhere; the words stay hostile.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "policy/ip_address.hpp"

namespace mugaika::smtp {

struct ClientAttributes {
    // One that was said: its value, or "" for [UNAVAILABLE] and [TEMPUNAVAIL]. Printable ASCII, at most 255 bytes.
    std::optional<std::string> name;
    std::optional<std::string> helo;
    std::optional<std::string> protocol;
    bool address_said = false;
    std::optional<IpAddress> address;  // nothing although said: the client has none that is known

    void add(const ClientAttributes& later);  // what is said later wins
};

// As offered behind the keyword in the answer to EHLO. PORT, LOGIN, IDENT, SOURCE and DEST... are checked and
// forgotten.
inline constexpr std::string_view xclient_attributes = "NAME ADDR PORT PROTO HELO LOGIN DESTADDR DESTPORT";
inline constexpr std::string_view xforward_attributes = "NAME ADDR PORT PROTO HELO IDENT SOURCE";

// "NAME=... ADDR=..." with values in xtext (RFC 3461 4). `offered`: the names that may stand in it. Nothing when it
// does not keep to that: an unknown name, a value that is no address, no port, no protocol, not printable or too long;
// and when a name stands twice.
std::optional<ClientAttributes> parse_client_attributes(std::string_view untrusted_argument, std::string_view offered);

}  // namespace mugaika::smtp
