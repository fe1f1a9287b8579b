// One SMTP reply: code, enhanced code (RFC 3463), words. Words of a next hop are kept apart from ours: they are bounded,
// cleaned of everything but printable ASCII when they are read (relay/smtp/reply_reader), and marked as its words
// when they are passed on. AC-033.
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

    std::string line() const;  // "550 5.7.1 words\r\n"
};

Reply reply_from(const Outcome&);                            // our own words
Reply reply_from_next_hop(const Reply& theirs);              // "… (next hop said: …)", their code
}  // namespace mugaika::smtp
