// What converters need and this machine has not, and whether a configuration asks for it (README "What to install for
// which kind").
#pragma once

#include <optional>
#include <set>
#include <string>

#include "relay/config/config.hpp"

namespace mugaika::ctl {

// What to install; nothing where all is there.
struct MissingParts {
    std::set<std::string> office;          // packages of LibreOffice: documents, workbooks, slides
    std::optional<std::string> pages;      // to draw the pages of a PDF
    std::optional<std::string> page_text;  // to read the text of a PDF
    std::optional<std::string> letters;    // a font with Japanese letters
};

// Of this machine. Looks at files, and asks fontconfig for fonts.
MissingParts missing_parts();

// A fault for each thing that a profile of a route asks for by name and that is not there, at its place in `root`, the
// file that the configuration was read from. LibreOffice is asked for by nobody: it is used where it is, and only then
// it needs a font.
void find_missing_parts(const Config&, const TomlValue& root, const MissingParts&, FileFaults&);

}  // namespace mugaika::ctl
