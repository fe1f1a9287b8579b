// What became of a mail in the end, from its events.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "relay/stats/mail_search.hpp"

namespace mugaika {

enum class MailState : std::uint8_t {
    delivered,           // clean or sanitized
    partly_delivered,    // not to all of its recipients (yet)
    held,                // a notice was delivered in its place
    released,            // held at first, delivered by order
    refused,             // the sender was told
    deferred,            // the sender was told to come again, and did not yet
    recipient_refused,   // at RCPT: the mail itself was never sent
    recipient_deferred,  // likewise, for now
    unfinished,          // the log tells no end
};
std::string_view to_string(MailState) noexcept;  // for programs
std::string_view japanese(MailState) noexcept;
std::string_view english(MailState) noexcept;

struct MailEnd {
    MailState state = MailState::unfinished;
    std::size_t tries = 0;                 // by the sender; for a refusal at RCPT, how often
    bool original_kept = false;            // in the quarantine, as far as the log knows
    std::vector<std::string> undelivered;  // partly_delivered: to whom not
};

MailEnd end_of(const FoundMail&);

}  // namespace mugaika
