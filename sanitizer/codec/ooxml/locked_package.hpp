// A package that is encrypted as a whole, though with the password by which Excel marks a workbook as read-only, and
// which every Excel tries before it asks ([MS-XLSX] knows it as the structure's protection; AC-199).
#pragma once

#include <string>
#include <string_view>

#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec::ooxml {

bool is_locked_package(std::string_view untrusted) noexcept;

// The package, whose digest was compared where it has one. Takes from the purse what is read of the container. Throws
// Refused: encrypted when it has a password of its own or is encrypted in another way, document_damaged,
// not_representable, inner_too_large.
std::string opened_package(std::string_view untrusted, FilePurse&);

// The same by another password, in UTF-8. encrypted: that is a wrong one, or none opens it.
std::string opened_package(std::string_view untrusted, std::string_view password, FilePurse&);

}  // namespace mugaika::codec::ooxml
