// What a 4xx or 5xx of a next hop is about, as far as its codes and words tell: servers agree on little more than the
// first digit. tests/unit/relay/outbound/next_hop_replies.tsv has what Postfix, Exim and OpenSMTPD really say.
#pragma once

#include "relay/smtp/reply.hpp"

namespace mugaika::smtp {

// At RCPT, after others were accepted: one mail takes no more of them (RFC 5321 4.5.3.1.10, its 552 of old included).
bool is_about_number(const Reply& theirs) noexcept;

}  // namespace mugaika::smtp
