// A SanitizedMail cannot be made from a string: only the Composer makes one.
#include "sanitizer/mail/sanitized_mail.hpp"

#ifdef CONTROL
std::string_view look(const mugaika::SanitizedMail& mail) { return mail.bytes(); }
#else
mugaika::SanitizedMail forge(std::string bytes) { return mugaika::SanitizedMail(std::move(bytes)); }
#endif
