// Where `mugaika log forward` sends the event log, beside the file that it is ([[relay.log_output]]).
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "policy/tls_policy.hpp"

namespace mugaika {

enum class LogTarget : std::uint8_t { syslog, journald };
std::string_view to_string(LogTarget) noexcept;

enum class LogTransport : std::uint8_t {
    tls,    // RFC 5425; whom the certificate does not name gets nothing
    tcp,    // RFC 6587 with octet counting
    udp,    // RFC 5426: nobody knows what arrives
    local,  // a datagram socket of this machine
};
std::string_view to_string(LogTransport) noexcept;

enum class LogReceipt : std::uint8_t {
    close_notify,  // the server's own end of TLS, which nobody on the way can make
    end,           // any end of the connection, for servers that do without: rsyslog with GnuTLS
};
std::string_view to_string(LogReceipt) noexcept;

enum class LogStart : std::uint8_t { oldest, now };  // of an output that never got anything
std::string_view to_string(LogStart) noexcept;

struct LogOutput {
    std::string name;  // its position is kept by it; a file name
    LogTarget to = LogTarget::syslog;
    LogTransport transport = LogTransport::tls;
    std::string host;  // an address, or a name
    std::uint16_t port = 0;
    std::string socket;                             // of `local`
    TlsPolicy tls;                                  // of `tls`: TlsMode::verify
    TlsKeyPair own;                                 // our certificate, where the server wants one; "": none
    LogReceipt receipt = LogReceipt::close_notify;  // of `tls`
    std::size_t message_max = 8192;  // bytes; members that do not fit are left out, and that is said in the message
    LogStart start = LogStart::oldest;
};

}  // namespace mugaika
