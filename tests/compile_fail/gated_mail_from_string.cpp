// A GatedMail cannot be made from a string: only the Gate makes one.
#include "sanitizer/mail/sanitized_mail.hpp"

#ifdef CONTROL
std::string_view look(const mugaika::GatedMail& mail) { return mail.bytes(); }
#else
mugaika::GatedMail forge(std::string bytes) { return mugaika::GatedMail(std::move(bytes)); }
#endif
