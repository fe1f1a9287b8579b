// Header fields to facts: RFC 2047 and RFC 2231 decoding as Japanese mailers do it, and a strict grammar of our own for
// addresses, dates, message ids. Never fails; what does not fit is left out and noted. Bounded by BudgetLimits. F-section of ATTACKS.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/sandboxed/mime_reader.hpp"

namespace mugaika::sandboxed {

// Unstructured value (Subject): encoded-words joined as bytes where charset and encoding are equal, then decoded; raw
// 8-bit decoded by decode_header_bytes; result may still hold controls.
std::string decode_unstructured(std::string_view untrusted_value, std::vector<Reason>& notes);

// All fields of the allow-list; duplicates, forged trust fields and bad values become notes.
HeaderFacts read_header_facts(const std::vector<RawField>&, const BudgetLimits&, std::vector<Reason>& notes);

// A strict RFC 5322 address list. Groups are flattened; what is no address is dropped and noted (bad_address).
std::vector<Mailbox> read_addresses(std::string_view untrusted_value, const BudgetLimits&, std::vector<Reason>& notes);

// Cleans a decoded file name for showing and storing: base name only, no controls, bidi or invisible characters, no
// reserved device names, NFC, at most 200 bytes with the extension kept; "" stays "". AC-086 … AC-099. Noted: name_cleaned.
std::string clean_file_name(std::string_view untrusted_utf8, std::vector<Reason>& notes);

// Lower case last extension after NFKC ("exe" of "請求書.pdf   .ＥＸＥ"), "" when there is none.
std::string extension_of(std::string_view untrusted_utf8);

}  // namespace mugaika::sandboxed
