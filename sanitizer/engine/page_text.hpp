// pdftotext of poppler as a converter: what a PDF says, page by page.
#pragma once

#include <optional>
#include <string>

#include "policy/result.hpp"
#include "sanitizer/engine/engine_command.hpp"

namespace mugaika {

// UTF-8 in the order of the content, with a form feed behind each page. Fails with Fault::unavailable when something is
// not installed; the words say which package is missing.
Result<EngineCommand> page_text_command(const EngineJob&, const std::string& job_folder);

// Is there what it takes? Nothing, or what to install. Looks at files alone.
std::optional<std::string> missing_for_page_text();

}  // namespace mugaika
