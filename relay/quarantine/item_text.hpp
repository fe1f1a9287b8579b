// Items and release orders as JSON text, for the files of the store and the outbox. Reading checks every value by its
// own constructor: a file that was altered is an Error (protocol), never a half-read item.
#pragma once

#include <string>
#include <string_view>

#include "policy/release_order.hpp"
#include "policy/result.hpp"
#include "relay/quarantine/item.hpp"
#include "relay/quarantine/outbox.hpp"

namespace mugaika {

std::string item_to_text(const QuarantineItem&);
Result<QuarantineItem> item_from_text(std::string_view json);

std::string owed_order_to_text(const OwedOrder&);
Result<OwedOrder> owed_order_from_text(std::string_view json);

}  // namespace mugaika
