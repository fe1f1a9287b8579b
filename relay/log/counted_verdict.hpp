// What a delivery counts as, the same for everybody who counts: metrics, statistics and reports.
#pragma once

#include <optional>
#include <string>

#include "relay/log/event_list.hpp"

namespace mugaika {

// Of a stored mail on its way again: only what came over SMTP has a session, and the rest of it keeps it.
bool is_by_order(const MailTag&) noexcept;

// Its verdict; "released" by a person's order; "followed" when it was judged again. Nothing for what came from nobody:
// the relay's own mail to auditors.
std::optional<std::string> counted_verdict(const event::MessageDelivered&);

}  // namespace mugaika
