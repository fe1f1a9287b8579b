// A header fact cannot be set from an unchecked string.
#include "sanitizer/mail/extract.hpp"

#ifdef CONTROL
using Value = mugaika::PlainLine;
#else
using Value = std::string;
#endif

void set_subject(mugaika::HeaderFacts& header, const Value& subject) { header.subject = subject; }
