// Items, orders and notes as JSON text, for the files of the store and the outbox. Reading checks every
// value by its own constructor: a file that was altered is an Error (protocol), never a half-read item.
#pragma once

#include <string>
#include <string_view>

#include "policy/release_order.hpp"
#include "policy/result.hpp"
#include "relay/quarantine/item.hpp"
#include "relay/quarantine/outbox.hpp"
#include "relay/quarantine/release_notes.hpp"
#include "relay/quarantine/rerun_notes.hpp"
#include "relay/quarantine/unlock_notes.hpp"

namespace mugaika {

std::string item_to_text(const QuarantineItem&);
Result<QuarantineItem> item_from_text(std::string_view json);

std::string owed_order_to_text(const OwedOrder&);
Result<OwedOrder> owed_order_from_text(std::string_view json);

std::string release_note_to_text(const ReleaseNote&);  // one line, with its end
Result<ReleaseNote> release_note_from_text(std::string_view json);

std::string unlock_record_to_text(const UnlockRecord&);
Result<UnlockRecord> unlock_record_from_text(std::string_view json);

std::string rerun_note_to_text(const RerunNote&);  // one line, with its end
Result<RerunNote> rerun_note_from_text(std::string_view json);

}  // namespace mugaika
