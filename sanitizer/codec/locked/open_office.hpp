// Word, Excel and PowerPoint documents of before the packages, encrypted with a password, as such without one.
#pragma once

#include <string>
#include <string_view>

#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::locked {

// By this one Excel opens a workbook without asking.
inline constexpr std::string_view default_password = "VelvetSweatshop";

// The same compound file, of the same size, with the streams of the document in the clear; what else lies in it
// (objects, properties that are encrypted apart) stays as it was. Nothing of the content was looked at. The password in
// UTF-8. Throws zip::Refused: encrypted when it is a wrong one, document_damaged, not_representable for another cipher,
// or for the obfuscation of Word 6 and 95; inner_too_large.
std::string opened_office(std::string_view untrusted, std::string_view password, FilePurse&);

}  // namespace mugaika::codec::locked
