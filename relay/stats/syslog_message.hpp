// An event as a syslog message, RFC 5424: its members as structured data, no words behind them. What comes from outside
// goes through shown_text() and what the form escapes (AC-255).
#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <string>

#include "relay/log/chain.hpp"
#include "relay/log/severity.hpp"
#include "relay/stats/read_event.hpp"

namespace mugaika {

inline constexpr int mail_facility = 2;  // RFC 5424 6.2.1

Severity severity_of(const ReadEvent&);  // notice of what a later version wrote

// Without a line feed. Members that make it longer than `bytes_max` are left out, and `cut="true"` says so. `link`: of
// the line, as `writer` and `seq` in front of the members, by which a receiver sees what is missing or came twice.
std::string syslog_message(const ReadEvent&, std::size_t bytes_max = std::numeric_limits<std::size_t>::max(),
                           const std::optional<ChainLink>& link = std::nullopt);

}  // namespace mugaika
