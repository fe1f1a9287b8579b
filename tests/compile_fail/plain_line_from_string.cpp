// A PlainLine is made only by its check.
#include "sanitizer/mail/plain_text.hpp"

#ifdef CONTROL
mugaika::Result<mugaika::PlainLine> make(std::string untrusted) {
    return mugaika::PlainLine::from(std::move(untrusted));
}
#else
mugaika::PlainLine make(std::string untrusted) { return mugaika::PlainLine(std::move(untrusted)); }
#endif
