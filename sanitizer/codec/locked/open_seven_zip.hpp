// A 7z archive whose data, and perhaps names, have a password, as one that has none.
#pragma once

#include <string>
#include <string_view>

#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::locked {

// The same archive without its cipher: the data stay packed as they were, names and all else of the header are what
// they were, and stand in the clear. All members were unpacked once, for their CRC; they are as hostile as ever.
// `password` in UTF-8. Throws zip::Refused: encrypted when it is a wrong one (nothing in an archive tells that from
// damage but another member that opens, a header that does, or zeros at an end), document_damaged, not_representable
// (another cipher, coders that nobody here knows), too_many_members, inner_too_large.
std::string opened_seven_zip(std::string_view untrusted, std::string_view password, FilePurse&);

}  // namespace mugaika::codec::locked
