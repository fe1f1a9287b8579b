// What one route's next hops said about recipients, believed for a while: 2xx for verified_for, 5xx for refused_for,
// 4xx not at all. Bounded; guesses at unknown names can push out other refusals but no known recipient.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>

#include "policy/limits.hpp"
#include "policy/mail_address.hpp"
#include "relay/smtp/reply.hpp"

namespace mugaika {

class VerifiedRecipients {
public:
    using Clock = std::chrono::steady_clock;

    explicit VerifiedRecipients(const NextHopLimits&);

    std::optional<smtp::Reply> find(const MailAddress&, Clock::time_point now) const;
    void remember(const MailAddress&, const smtp::Reply&, Clock::time_point now);
    void forget(const MailAddress&);

private:
    struct Answer {
        smtp::Reply reply;
        Clock::time_point until;
    };
    using Answers = std::map<MailAddress, Answer>;

    std::chrono::milliseconds verified_for_;
    std::chrono::milliseconds refused_for_;
    std::size_t answers_max_;
    Answers verified_;
    Answers refused_;
};

}  // namespace mugaika
