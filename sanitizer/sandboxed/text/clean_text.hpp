// Decoded text made fit to be shown: one kind of line end, nothing that a reader cannot see, one normal form.
#pragma once

#include <string_view>
#include <vector>

#include "policy/reason.hpp"
#include "sanitizer/mail/plain_text.hpp"

namespace mugaika::sandboxed {

// Decoded text to text that can be shown: CRLF, CR and LF all become LF, controls go, bidi and invisible
// characters go, all noted; NFC, but compatibility ideographs stay: they tell names apart. Linear.
PlainText clean_text(std::string_view utf8, std::vector<Reason>& notes);
PlainLine clean_line(std::string_view utf8, std::vector<Reason>& notes);  // line ends and TAB become one blank

}  // namespace mugaika::sandboxed
