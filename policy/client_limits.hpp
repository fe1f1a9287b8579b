// What one client may do; policy/limits.hpp bounds one session and one mail. Reached: the answer named behind each.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>

namespace mugaika {

// One client, and all that one domain gets. 0: no limit. Networks of xclient_from and proxy_protocol_from speak for
// many clients and are not counted; those whom they name are.
struct ClientLimits {
    std::uint32_t connections_per_address_max = 50;           // 421 4.7.0 at connect; IPv6 by /64, as for mails
    std::uint32_t connections_per_minute_per_address = 3000;  // 421 4.7.0 at connect; a minute's share may come at once
    std::uint32_t mails_per_minute_per_address = 0;           // 450 4.7.1 at RCPT
    std::uint32_t recipients_per_minute_per_domain = 0;       // 450 4.7.1 at RCPT; recipients that would be taken
    std::size_t remembered_max = 20000;                       // addresses, and domains; then the oldest is forgotten
    // Who speaks while it lasts gets 554. 0: only what is there already when the session begins is noticed. A delay
    // holds back every honest mail too, and the relay mostly stands behind a server that has done this already.
    std::chrono::seconds greeting_delay{0};
    std::chrono::seconds error_delay{1};            // before each answer to a session past half of errors_max
    std::size_t data_bytes_per_second_min = 100;    // 421 4.4.2; on average over each data_timeout
    std::chrono::seconds proxy_header_timeout{10};  // closed: who promised a PROXY header sends it at once
};

}  // namespace mugaika
