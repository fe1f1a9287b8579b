// What an Office document says, as a text file (ウ-1): for who wants no layout, no pictures and nothing that acts.
#pragma once

#include <string_view>

#include "sanitizer/mail/file_made.hpp"
#include "sanitizer/mail/file_purse.hpp"

namespace mugaika::codec {

// SafeKind::text, cleaned as other texts are, in reading order: headings with "■", tables with a tab between cells,
// sheets with their names and slides with their numbers, notes and comments behind. What has been deleted or is hidden
// in a text is left out. The loss layout_dropped is always there. A package that Excel's default password opens is
// opened. Not made: as rebuild_ooxml, and no_visible_text when it says nothing. Does not throw.
FileOutcome words_of_package(std::string_view untrusted, FilePurse&);

// A text in UTF-8 with a form feed behind each page, as pdftotext writes it. Columns of vertical text become lines.
// layout_dropped; not made: as rebuild_text.
FileOutcome words_of_pages(std::string_view untrusted, FilePurse&);

}  // namespace mugaika::codec
