// Reads a text or a table that a codec made, whole, and refuses what is not as it writes them. Shares no code with the
// codec; assumes that the codec was taken over.
#pragma once

#include <cstdint>
#include <string_view>

#include "policy/result.hpp"
#include "sanitizer/mail/safe_kind.hpp"

namespace mugaika::checker {

// SafeKind::text or csv; pages are 1. UTF-8 of showable characters, TAB and CRLF; a byte order mark only in front. A
// table has one, a LF alone inside a quoted cell and only there, and no cell that a spreadsheet would run, parted by
// comma, semicolon or TAB, with quotes or without the one that nothing closes (cell_judge.hpp). Linear.
Result<std::uint32_t> check_text(SafeKind, std::string_view untrusted);

}  // namespace mugaika::checker
