// Header fields to facts: RFC 2047 and RFC 2231 decoding as Japanese mailers do it, and a strict grammar of our own for
// addresses, dates, message ids. Never fails; what does not fit is left out and noted. Bounded by BudgetLimits.
// F-section of ATTACKS.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/sandboxed/header/address_list.hpp"
#include "sanitizer/sandboxed/header/file_name.hpp"
#include "sanitizer/sandboxed/structure/mime_reader.hpp"

namespace mugaika::sandboxed {

// Unstructured value (Subject): encoded-words joined as bytes where they are neighbours of one charset, then decoded;
// raw 8-bit decoded by decode_header_bytes; result may still hold controls. Linear; output at most four times the
// input.
std::string decode_unstructured(std::string_view untrusted_value, std::vector<Reason>& notes);

// Decoded, cut to header_text_bytes_max (field_cut) and cleaned: what may stand in a line that people read.
PlainLine read_line(std::string_view untrusted_value, const BudgetLimits&, std::vector<Reason>& notes);

// All fields of the allow-list; duplicates, forged trust fields and bad values become notes.
// `believed_ids`: whose Authentication-Results count (RFC 8601 authserv-ids in lower case); none for an attached mail.
HeaderFacts read_header_facts(const std::vector<RawField>&, const BudgetLimits&, std::vector<Reason>& notes,
                              const std::vector<std::string>& believed_ids = {});

}  // namespace mugaika::sandboxed
