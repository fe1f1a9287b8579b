// One SMTP reply: code, enhanced code (RFC 3463), words. Words of a next hop are kept apart from ours: they are
// bounded, cleaned of everything but printable ASCII when they are read (relay/smtp/reply_reader), and marked as its
// words when they are passed on. AC-033.
#pragma once

#include <string>

#include "policy/matrix.hpp"

namespace mugaika::smtp {

struct Reply {
    int code = 451;
    std::string enhanced;  // "4.3.0", "" when the peer gave none
    std::string words;     // one line, printable ASCII, at most 500 bytes

    bool positive() const noexcept { return code >= 200 && code < 300; }
    bool transient() const noexcept { return code >= 400 && code < 500; }
    bool permanent() const noexcept { return code >= 500 && code < 600; }

    // "550 5.7.1 words\r\n", at most 512 bytes (RFC 5321 4.5.3.1.5). One line of printable ASCII whatever stands in the
    // members: this is the last place before the wire.
    std::string line() const;
};

// Our own words. A row without a code of its own has no reply; whoever asks for one anyway says "local error".
Reply reply_from(const Outcome&);

// Their code, our words, theirs as "(next hop said: ...)". 421 becomes 451: the next hop closes, we do not
// (RFC 5321 3.8). A code that cannot end a command (1xx, 3xx, nonsense) is a malformed answer of the next hop.
Reply reply_from_next_hop(const Reply& theirs);

}  // namespace mugaika::smtp
