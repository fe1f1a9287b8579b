// A PlainText is made only by its check.
#include "sanitizer/mail/plain_text.hpp"

#ifdef CONTROL
mugaika::Result<mugaika::PlainText> make(std::string untrusted) {
    return mugaika::PlainText::from(std::move(untrusted));
}
#else
mugaika::PlainText make(std::string untrusted) { return mugaika::PlainText(std::move(untrusted)); }
#endif
