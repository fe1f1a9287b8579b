// A PDF that has a password, as one that has none (ISO 32000-1 7.6; RC4 and AES, revisions 2 to 6).
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// The document as qpdf writes it, all that is in it included: it is as hostile as ever. Or why not: encrypted when the
// password is a wrong one, or what is wanted is a certificate; document_damaged; inner_too_large.
std::variant<std::string, FileNotMade> opened_pdf(std::string_view untrusted, const std::string& password, FilePurse&);

}  // namespace mugaika::codec
