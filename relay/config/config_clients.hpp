// The tables about clients: where the relay listens for whom ([[listener]]), and what one client may do
// ([relay.clients]).
#pragma once

#include <vector>

#include "policy/toml_reader.hpp"
#include "relay/config/config.hpp"

namespace mugaika {

// `listen`: the items of [relay] listen. When there is neither an item nor a table, `listeners` stays as it is.
void read_listeners(const std::vector<TableReader::Item>& listen, const std::vector<const TomlValue*>& tables,
                    std::vector<Listener>& listeners, FileFaults&);

void read_clients(const TomlValue& table, ClientLimits&, FileFaults&);

}  // namespace mugaika
