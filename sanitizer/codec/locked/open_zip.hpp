// A ZIP file whose members have a password, as one that has none.
#pragma once

#include <string>
#include <string_view>

#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::locked {

// The same members, names and packed data in plain headers of ours; each member was unpacked once for its CRC, and is
// as hostile as ever. `password` as the bytes that the writer took for it. Throws zip::Refused: encrypted when it is a
// wrong one (for a member; ZipCrypto alone cannot tell that from damage where no other member opens), document_damaged,
// not_representable (another cipher, a method we do not know), too_many_members, inner_too_large.
std::string opened_zip(std::string_view untrusted, std::string_view password, FilePurse&);

}  // namespace mugaika::codec::locked
