// Presentations of PowerPoint 2002 and 2003 with a password ([MS-PPT] 2.3.7): each object of the document is encrypted
// apart, with the key of its number.
#pragma once

#include <string>
#include <string_view>

#include "sanitizer/codec/ole2/compound_file.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::locked {

// Into `copy`, a copy of the file. Throws zip::Refused as opened_office().
void open_slides(const ole2::CompoundFile&, std::string& copy, std::string_view password, FilePurse&);

}  // namespace mugaika::codec::locked
