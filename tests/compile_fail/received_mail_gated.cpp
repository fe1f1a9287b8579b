// What inbound hands on is a RawMail: a mail that was received cannot be passed off as one that the Gate has read.
#include "relay/inbound/inbound.hpp"
#include "sanitizer/mail/sanitized_mail.hpp"

#ifdef CONTROL
mugaika::RawMail take(mugaika::ReceivedMail received) { return std::move(received.raw); }
#else
mugaika::GatedMail take(mugaika::ReceivedMail received) { return std::move(received.raw); }
#endif
