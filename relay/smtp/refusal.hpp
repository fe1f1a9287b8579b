// What a 4xx or 5xx of a next hop is about, as far as its codes and words tell: servers agree on little more than the
// first digit. tests/unit/relay/outbound/next_hop_replies.tsv has what Postfix, Exim and OpenSMTPD really say. Words
// count outside of < and > only: what stands between them is an address that anybody may have chosen.
#pragma once

#include "relay/smtp/reply.hpp"

namespace mugaika::smtp {

// At RCPT, after others were accepted: one mail takes no more of them (RFC 5321 4.5.3.1.10, its 552 of old included).
bool is_about_number(const Reply& theirs) noexcept;

// To a command of a mail: a 5xx that says how we connect is what they do not like: TLS, login, address, name, or that
// we may not relay there at all. No sender could mend it.
bool is_about_us(const Reply& theirs);

// At RCPT: it holds for this recipient whoever the sender is. Doubtful ones are not: "550 no" may mean anything.
bool is_about_recipient_alone(const Reply& theirs);

// At MAIL or RCPT: another connection may hear another answer. At MAIL every 4xx, and a 5xx unless it speaks of an
// address (x.1, x.2), of the content (x.6) or of the size (5.3.4); at RCPT what speaks of the system or of the order of
// commands.
bool is_about_session_at_mail(const Reply& theirs) noexcept;
bool is_about_session_at_rcpt(const Reply& theirs) noexcept;

// At MAIL or after the content: the host takes no mail of this size (RFC 3463: X.3.4; of old 552 alone).
bool is_about_size(const Reply& theirs) noexcept;

// postscreen's way to say "come again": who passed its tests on this connection is let in at the next.
bool asks_to_come_again(const Reply& theirs) noexcept;

}  // namespace mugaika::smtp
