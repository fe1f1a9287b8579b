// What the index keeps of an item.
#pragma once

#include <string>

#include "relay/quarantine/item.hpp"
#include "relay/quarantine/store.hpp"

namespace mugaika {

// Without its release, which the notes know.
QuarantineStore::Row row_of(const QuarantineItem&, const std::string& key_id);

}  // namespace mugaika
