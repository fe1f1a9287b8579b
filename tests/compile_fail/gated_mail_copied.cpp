// A GatedMail is moved, never copied: what was judged once is sent once.
#include "sanitizer/mail/sanitized_mail.hpp"

#ifdef CONTROL
mugaika::GatedMail hand_on(mugaika::GatedMail& mail) { return std::move(mail); }
#else
mugaika::GatedMail hand_on(mugaika::GatedMail& mail) { return mail; }
#endif
