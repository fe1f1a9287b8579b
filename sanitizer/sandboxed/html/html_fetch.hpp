// Which tags make a mail program fetch something by itself. We never fetch; it is only told. AC-138.
#pragma once

#include "sanitizer/sandboxed/html/html_tags.hpp"
#include "sanitizer/sandboxed/html/html_tokenizer.hpp"

namespace mugaika::sandboxed {

// Links that a person has to follow are not meant; style attributes are looked at by HtmlStyle.
bool fetches(HtmlTag, const HtmlToken& start_tag);

}  // namespace mugaika::sandboxed
