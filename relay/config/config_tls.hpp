// What the configuration says of TLS: [relay.tls], and the tls keys of a [[route]].
#pragma once

#include <vector>

#include "policy/policy_file.hpp"
#include "policy/tls_policy.hpp"

namespace mugaika {

struct Config;

// `certificate` and `key`: one path each, or lists of equal length.
void read_server_tls(const TomlValue& table, FileFaults&, std::vector<TlsKeyPair>&);
// `tls`, `tls_ca`, `tls_names`.
void read_route_tls(TableReader& route, TlsPolicy&);

// Reads the files: can they be used, now and on this machine? What routes want of them is loaded into the routes.
void load_tls_files(Config&, const TomlValue& root, FileFaults& faults, FileFaults& warnings);

}  // namespace mugaika
