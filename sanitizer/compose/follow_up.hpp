// A mail of our own with files that a password opened: it is filed like a received one and goes the whole road, since
// nobody has looked at these files yet. Nothing of it leaves before it was read, rebuilt, composed and passed the gate.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "sanitizer/compose/header_fields.hpp"

namespace mugaika {

struct OpenedFile {
    std::string_view name;  // as a ledger has it; may have folders, of which the last step counts
    std::string_view untrusted_bytes;
};

// CRLF, multipart/mixed, one file a part and nothing else; the same input gives the same bytes.
std::string follow_up_mail(const HeaderFacts& first_mail, const FollowUp&, const std::vector<OpenedFile>&);

}  // namespace mugaika
