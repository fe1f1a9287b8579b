// The ledger in a line of a log. Other than what the quarantine keeps (relay/log/ledger_json.hpp), which is read whole
// or not at all, a line may be of an earlier version: what it does not say is empty. What a later version wrote is kept
// as words (Ledger::later_words).
#pragma once

#include <simdjson.h>

#include <string>

#include "relay/stats/read_event.hpp"
#include "sanitizer/mail/ledger.hpp"

namespace mugaika {

// Members that are none of the ledger's are passed over. False: one is of another kind; `blamed` is its key.
bool take_ledger(simdjson::dom::object members, LogDetail, Ledger& into, std::string& blamed);

}  // namespace mugaika
