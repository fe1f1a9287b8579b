// Whether Excel wrote a workbook. LibreOffice keeps the heights of rows as they stand in the file only when
// docProps/app.xml says so, and measures all rows anew otherwise. That one fact crosses, in a part that is the same in
// every workbook; who, where, when and with which version does not.
#pragma once

#include <string_view>

#include "sanitizer/codec/ooxml/package.hpp"

namespace mugaika::codec::ooxml {

inline constexpr std::string_view program_part = "docProps/app.xml";
inline constexpr std::string_view program_type =
    "application/vnd.openxmlformats-officedocument.extended-properties+xml";
inline constexpr std::string_view program_says_excel =
    "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n"
    "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/extended-properties\">"
    "<Application>Microsoft Excel</Application></Properties>";

struct ProgramName {
    bool is_excel = false;
    bool is_ours = false;  // the part is already the one above: nothing of it is lost
};
// One that cannot be read names no program. Throws Refused when the purse is empty.
ProgramName program_name(const Package&);

}  // namespace mugaika::codec::ooxml
