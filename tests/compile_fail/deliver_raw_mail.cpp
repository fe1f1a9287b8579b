// Outbound delivers a GatedMail, never a RawMail.
#include "relay/outbound/outbound.hpp"
#include "sanitizer/mail/raw_mail.hpp"

#ifdef CONTROL
using Mail = mugaika::GatedMail;
#else
using Mail = mugaika::RawMail;
#endif

boost::asio::awaitable<mugaika::Delivery> send(mugaika::Outbound& outbound, mugaika::NextHops hops,
                                               mugaika::smtp::Envelope envelope, const Mail& mail) {
    return outbound.deliver(hops, envelope, mail);
}
