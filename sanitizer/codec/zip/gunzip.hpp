// A gzip file's content (RFC 1952), its sums verified: one layer, of one stream or several on end.
#pragma once

#include <string>
#include <string_view>

#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::zip {

// Every piece is paid before it is taken. Zeros at the end are padding. Throws Refused: document_damaged,
// inner_too_large.
std::string gunzip(std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec::zip
