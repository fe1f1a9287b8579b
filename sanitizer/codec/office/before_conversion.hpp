// What a file of before the packages, an RTF or an OpenDocument holds that a converter drops without a word, counted
// before it is converted. Nothing is rebuilt here; what cannot be understood is not converted, since nobody could say
// what it lost.
#pragma once

#include <string_view>
#include <variant>
#include <vector>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"
#include "sanitizer/mail/office_format.hpp"

namespace mugaika::codec {

// macro_removed (modules), embedded_object_removed, furigana_removed (texts of cells that have some). Or why it is not
// converted: encrypted, document_damaged, inner_too_large.
std::variant<std::vector<Loss>, FileNotMade> lost_by_conversion(OfficeFormat, std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec
