// Which letters of a document no font of this machine has: a picture of its page shows a box or nothing there.
#pragma once

#include <string_view>
#include <vector>

#include "sanitizer/mail/file_made.hpp"

namespace mugaika::codec {

// What an engine read (EngineTask::to_text): lines of ranges as fontconfig writes what a font has, "20-7e a0-17f"; a
// form feed; the text of the document, UTF-8, a form feed behind each page. In order, each letter of a page once with
// its count, missing_listed_max of them. Blanks and marks that show nothing are not
// looked for, letters of private use only behind private_use_mark: a PDF that brings a font of its own has letters
// there that only it can draw.
std::vector<MissingGlyph> missing_glyphs(std::string_view untrusted);

}  // namespace mugaika::codec
