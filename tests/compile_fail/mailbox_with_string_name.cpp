// The name in a Mailbox is a checked line.
#include "sanitizer/mail/extract.hpp"

#ifdef CONTROL
using Name = mugaika::PlainLine;
#else
using Name = std::string;
#endif

mugaika::Mailbox make(const Name& name, const mugaika::MailAddress& address) { return {name, address}; }
