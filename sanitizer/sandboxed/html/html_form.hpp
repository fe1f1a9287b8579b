// The parts of a form: what of them is text, and whether they ask for what nobody should give away in a mail. AC-139.
#pragma once

#include <string>
#include <string_view>

#include "sanitizer/sandboxed/html/html_tags.hpp"
#include "sanitizer/sandboxed/html/html_tokenizer.hpp"

namespace mugaika::sandboxed {

// An <input> or <textarea> for a password, a mail address or the like, by its type, its names, or the words before it.
bool asks_for_secret(HtmlTag, const HtmlToken&, std::string_view words_before);

// What an <input> shows: "[ ] ", "[x] ", its value in brackets; "" for nothing.
std::string input_words(const HtmlToken&);

}  // namespace mugaika::sandboxed
