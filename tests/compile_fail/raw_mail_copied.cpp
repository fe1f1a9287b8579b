// A RawMail is moved, never copied.
#include "sanitizer/mail/raw_mail.hpp"

#ifdef CONTROL
mugaika::RawMail hand_on(mugaika::RawMail& mail) { return std::move(mail); }
#else
mugaika::RawMail hand_on(mugaika::RawMail& mail) { return mail; }
#endif
