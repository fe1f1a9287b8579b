// What the relay knows about a mail besides its content. Strings are checked by their makers: addresses strict, names
// plain lines. The composer checks what ends up in header fields once more and calls a misfit a bug of ours.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "policy/policy.hpp"
#include "policy/release_order.hpp"
#include "policy/time_zone.hpp"
#include "sanitizer/mail/plain_text.hpp"
#include "sanitizer/mail/way_out.hpp"

namespace mugaika {

struct ComposeFacts {
    std::string id;        // message id of ours, the reference number in the notice: 1 to 64 of [a-z0-9]
    std::string hostname;  // our own name, for Received and for a Message-ID where none is usable
    std::vector<std::string> peoples_domains;  // lower case, of those at or below hostname: people receive mail there
    PlainLine client_helo;                     // as given, cleaned
    std::string client_address;                // textual IP address, "" for mail that came from no network
    std::string protocol;                      // "ESMTP", "SMTP", "UTF8SMTP"; "" for none
    std::chrono::system_clock::time_point received_at;
    TimeZone zone = japan_time;  // of our own dates, and of those that people read
    Language language = Language::ja;
    std::uint64_t original_bytes = 0;
    bool original_kept = false;           // is it in quarantine? decides the words of the notice
    std::uint32_t kept_days = 0;          // for how long from received_at; 0: nobody knows
    bool from_own_domain = false;         // from outside, with a domain of the recipients' own as its author's
    const ReleaseOrder* order = nullptr;  // that a person answers for (is_answered_for); must outlive the call
    std::string composition;              // of several for one order: which one, 1 to 64 of [a-z0-9]; "" for all others
    std::string unlocked_from;            // the kept mail whose files a password opened for this one; "" for all others
    // Of a mail that brings what a first one could not: which one it is, another for other contents, and its own date.
    std::string follow_up;  // 1 to 64 of [a-z0-9]; "" for all others
    std::chrono::system_clock::time_point followed_at = {};
    std::vector<WayOut> ways_out;  // for files that were held; in the order of the parts
    // As the site wants it:
    PlainLine contact;          // whom a reader asks, with extension; "": the IT section
    PlainLine notice_phrase;    // in every notice, known to those who read them; "": none
    bool files_line = false;    // files that arrive rebuilt are said to be, where there is nothing else to say
    bool subject_tags = false;  // what is held or warned of shows it in its Subject
};

// The kept mail itself once more, by a person's order. Pictures by order follow it.
inline bool is_release(const ComposeFacts& facts) noexcept {
    return facts.order != nullptr && facts.order->kind == OrderKind::release;
}

}  // namespace mugaika
