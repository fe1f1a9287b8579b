// An event as an entry of systemd's journal, in its native protocol: a field a line, KEY=value. No value has a line
// feed or another control (AC-255), so that none can begin a field.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "relay/log/chain.hpp"
#include "relay/stats/read_event.hpp"

namespace mugaika {

// MESSAGE, PRIORITY, SYSLOG_FACILITY, SYSLOG_IDENTIFIER, MUGAIKA_EVENT, MUGAIKA_TIME, MUGAIKA_HOST, and MUGAIKA_KEY for
// each member of the event. Members that make it longer than `bytes_max` are left out, and MUGAIKA_CUT=true says so.
// `link`: as for syslog_message(), MUGAIKA_WRITER and MUGAIKA_SEQ.
std::string journal_message(const ReadEvent&, std::size_t bytes_max,
                            const std::optional<ChainLink>& link = std::nullopt);

}  // namespace mugaika
