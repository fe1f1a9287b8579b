// Many lines are not one line: a PlainText cannot stand in a header field.
#include "sanitizer/mail/extract.hpp"

#ifdef CONTROL
void set_subject(mugaika::HeaderFacts& header, const mugaika::PlainLine& subject) { header.subject = subject; }
#else
void set_subject(mugaika::HeaderFacts& header, const mugaika::PlainText& subject) { header.subject = subject; }
#endif
