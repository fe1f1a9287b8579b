// A text block cannot be filled from an unchecked string.
#include "sanitizer/mail/extract.hpp"

#ifdef CONTROL
using Value = mugaika::PlainText;
#else
using Value = std::string;
#endif

void set_text(mugaika::TextBlock& block, const Value& text) { block.text = text; }
