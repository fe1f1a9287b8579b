// Reads a calendar or contacts that a codec made, whole, and refuses what is not as it writes them. Shares no code with
// the codec; assumes that the codec was taken over. AC-218
#pragma once

#include <cstdint>
#include <string_view>

#include "policy/result.hpp"
#include "sanitizer/mail/safe_kind.hpp"

namespace mugaika::checker {

// SafeKind::ics or vcf; pages are 1. UTF-8 of showable characters; lines of at most 75 octets, folded as late as can
// be, with CRLF; components, properties, parameters and values of a short list, properties in one order. No alarm, no
// attachment, no picture, no extension; no address but http and https, and in texts none that a program would follow
// otherwise. Linear.
Result<std::uint32_t> check_calendar(SafeKind, std::string_view untrusted);

}  // namespace mugaika::checker
