// Outbound delivers a GatedMail, never a string.
#include "relay/outbound/outbound.hpp"

#ifdef CONTROL
using Mail = mugaika::GatedMail;
#else
using Mail = std::string;
#endif

boost::asio::awaitable<mugaika::Delivery> send(mugaika::Outbound& outbound, mugaika::NextHops hops,
                                               mugaika::smtp::Envelope envelope, const Mail& mail) {
    return outbound.deliver(hops, envelope, mail);
}
