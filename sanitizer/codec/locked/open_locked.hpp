// The one front of what a password opens: which opener is asked is decided by what the bytes are (AC-152, AC-177,
// AC-199). What comes out was never looked at; it goes the whole road like anything received.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "policy/part_facts.hpp"
#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// The file as it is without its lock. `password` as a person typed it, in UTF-8; beyond ASCII it is tried in CP932 as
// well, which is what ZIP programs in Japan write. Or why not: encrypted when the password is a wrong one;
// not_rebuilt for a lock that nobody here opens; document_damaged, not_representable, too_many_members,
// inner_too_large, files_too_large.
std::variant<std::string, FileNotMade> open_locked(const PartFacts&, std::string_view untrusted,
                                                   std::string_view password, FilePurse&);

// Whatever the openers set up at first use, while files can still be opened; once per process, before it is forked.
void load_lock_tables();

}  // namespace mugaika::codec
