// The header of a mail as facts: the allow-list of fields, decoded as Japanese mailers write them (RFC 2047) and read
// by strict grammars of our own. Never fails; what does not fit is left out and noted. Bounded by BudgetLimits.
// F-section of ATTACKS.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "sanitizer/mail/extract.hpp"
#include "sanitizer/sandboxed/structure/mime_reader.hpp"

namespace mugaika::sandboxed {

// Decoded, cut to header_text_bytes_max (field_cut) and cleaned: what may stand in a line that people read.
// `text_label`: what the mail's text declares (MailStructure::text_label), for raw 8-bit bytes.
PlainLine read_line(std::string_view untrusted_value, const BudgetLimits&, std::vector<Reason>& notes,
                    std::string_view text_label = {});

// All fields of the allow-list; duplicates, forged trust fields and bad values become notes.
// `believed_ids`: whose Authentication-Results count (RFC 8601 authserv-ids in lower case); none for an attached mail.
HeaderFacts read_header_facts(const std::vector<RawField>&, const BudgetLimits&, std::vector<Reason>& notes,
                              const std::vector<std::string>& believed_ids = {}, std::string_view text_label = {});

}  // namespace mugaika::sandboxed
