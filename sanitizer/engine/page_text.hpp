// pdftotext of poppler as a converter: what a PDF says, page by page.
#pragma once

#include <string>

#include "policy/result.hpp"
#include "sanitizer/engine/engine_command.hpp"

namespace mugaika {

// UTF-8 in the order of the content, with a form feed behind each page. Fails with Fault::unavailable when it is not
// installed.
Result<EngineCommand> page_text_command(const EngineJob&, const std::string& job_folder);

bool has_page_text();  // is it installed? Looks at files alone

}  // namespace mugaika
