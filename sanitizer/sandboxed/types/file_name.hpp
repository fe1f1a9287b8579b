// File names of a mail, for showing and for storing: what the sender wrote must not lead anywhere, hide its end or fool
// a reader. AC-086 … AC-099.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/reason.hpp"

namespace mugaika::sandboxed {

// Base name only, no controls, bidi or invisible characters, none of <>:"|?*, no reserved device names, no dots or
// blanks at the ends, runs of blanks made one, NFC, at most 200 bytes with the extension kept. "" stays "", and names
// of which nothing is left become "". Noted: name_cleaned. Idempotent.
std::string clean_file_name(std::string_view untrusted_utf8, std::vector<Reason>& notes);

// Names with the same key are one name to systems that do not tell cases apart; names that clean_file_name returned
// need no more. For comparing only.
std::string name_key(std::string_view untrusted_utf8);

// Lower case last extension after NFKC ("exe" of "請求書.pdf   .ＥＸＥ"), with letters of other scripts that look like
// ASCII ones read as these; "" when there is none. At most 40 bytes.
std::string extension_of(std::string_view untrusted_utf8);

}  // namespace mugaika::sandboxed
