// A MailAddress is made only by its grammar.
#include "policy/mail_address.hpp"

#ifdef CONTROL
mugaika::Result<mugaika::MailAddress> make(std::string untrusted) { return mugaika::MailAddress::parse(untrusted); }
#else
mugaika::MailAddress make(std::string untrusted) { return mugaika::MailAddress(untrusted, "example.com", false); }
#endif
