// A next hop that is our own listener would take every mail in a circle until its hops are counted out.
#pragma once

#include <string>
#include <vector>

#include "policy/ip_address.hpp"
#include "relay/config/config.hpp"

namespace mugaika {

// The listener that a connection to `hop` would reach on this machine, as it can be told without asking for names:
// nullptr when none. `local` are the machine's own addresses beside loopback.
const Listener* own_listener_at(const HostPort& hop, const std::vector<Listener>&, const std::string& our_hostname,
                                const std::vector<IpAddress>& local);

// Of this machine's interfaces, now.
std::vector<IpAddress> local_addresses();

}  // namespace mugaika
