// Poppler's programs as converters: the pages of a PDF as pictures, its letters as text (Debian's poppler-utils,
// poppler-data and fontconfig).
#pragma once

#include <optional>
#include <string>

#include "policy/result.hpp"
#include "sanitizer/engine/engine_command.hpp"

namespace mugaika {

// to_pictures: JPEGs, one behind the other, as large as the crop box at the job's resolution. to_text: what the fonts
// here have, a form feed, the text with a form feed behind each page. Fails with Fault::unavailable when something is
// not installed; the words say which package is missing.
Result<EngineCommand> pages_command(const EngineJob&, const std::string& job_folder);

// Is there what it takes? Nothing, or what to install. Looks at files alone.
std::optional<std::string> missing_for_pages();

}  // namespace mugaika
