// Address fields by a strict grammar of our own: RFC 5322 3.4 mailboxes and groups, comments, quoted strings, RFC 2047
// phrases; obsolete routes are dropped. Raw Japanese bytes in names are stepped over as characters. AC-101 … AC-105.
#pragma once

#include <string_view>
#include <vector>

#include "policy/limits.hpp"
#include "policy/reason.hpp"
#include "sanitizer/mail/extract.hpp"

namespace mugaika::sandboxed {

// Groups are flattened; what is no address is dropped and noted (bad_address); past addresses_max the rest is dropped
// and noted (field_cut). An address with anything but blanks and comments around it, or inside it, is no address.
// `text_label`: for raw 8-bit names, as in read_line.
std::vector<Mailbox> read_addresses(std::string_view untrusted_value, const BudgetLimits&, std::vector<Reason>& notes,
                                    std::string_view text_label = {});

// A display name that shows an address, and not the one behind it (AC-105), however it is spelled: ＠ or ﹫ for @, 。
// for a dot, letters of other alphabets, blanks that are not seen.
bool display_name_lies(const Mailbox&);

}  // namespace mugaika::sandboxed
