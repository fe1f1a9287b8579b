// The records of a workbook of Excel 5 to 2003 ([MS-XLS] 2.1.4), as far as conversion loses what stands in them.
#pragma once

#include <cstdint>
#include <string_view>

namespace mugaika::codec::office {

struct WorkbookSeen {
    bool is_encrypted = false;       // FilePass 2.4.117
    std::uint32_t macro_sheets = 0;  // BoundSheet8 2.4.28: Excel 4 macros, and modules of Excel 5
    std::uint32_t furigana = 0;      // texts of the table SST 2.4.265 that have some (ExtRst 2.5.95)
};

// Of the stream "Workbook" or "Book". Linear; what is cut short ends the reading.
WorkbookSeen look_at_workbook(std::string_view untrusted);

}  // namespace mugaika::codec::office
