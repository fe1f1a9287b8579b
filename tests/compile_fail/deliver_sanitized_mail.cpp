// Outbound delivers a GatedMail, never a SanitizedMail that no Gate has read.
#include "relay/outbound/outbound.hpp"

#ifdef CONTROL
using Mail = mugaika::GatedMail;
#else
using Mail = mugaika::SanitizedMail;
#endif

boost::asio::awaitable<mugaika::Delivery> send(mugaika::Outbound& outbound, mugaika::NextHops hops,
                                               mugaika::smtp::Envelope envelope, const Mail& mail) {
    return outbound.deliver(hops, envelope, mail);
}
