// Where the chains of a machine's writers end, read from the log itself, from its end backwards: so nothing beside the
// log must be kept, and be true after a crash.
//
// Looks into the log and then into what was rotated from it and is not packed yet, the newest first, until it is known:
// by log.resumed at the latest, which the relay writes into every file. Whoever numbers lines by the answer keeps
// others from writing meanwhile (log_turn.hpp). Fails as reading does.
#pragma once

#include <string>
#include <string_view>

#include "policy/result.hpp"
#include "relay/log/chain.hpp"

namespace mugaika {

Result<ChainEnds> find_chains(const std::string& log, std::string_view host);
Result<ChainEnd> find_chain(const std::string& log, std::string_view host, std::string_view writer);

}  // namespace mugaika
