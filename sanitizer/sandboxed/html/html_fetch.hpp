// Which tags make a program fetch, run or open something by itself. We do none of it; it is only told. AC-138, AC-217.
#pragma once

#include "sanitizer/sandboxed/html/html_tags.hpp"
#include "sanitizer/sandboxed/html/html_tokenizer.hpp"

namespace mugaika::sandboxed {

// Links that a person has to follow are not meant; style attributes are looked at by HtmlStyle.
bool fetches(HtmlTag, const HtmlToken& start_tag);

// A whole page in an attribute of a frame, an <embed> or an <object>: srcdoc, or a data: address.
bool holds_page(HtmlTag, const HtmlToken& frame);

// A <script> that would run, not one of data (JSON-LD and the like).
bool is_program(const HtmlToken& script);

}  // namespace mugaika::sandboxed
