// What one route's next hops said about recipients, believed for a while: 2xx for verified_for, 5xx for refused_for,
// 4xx not at all. A yes is believed for every sender. A no is believed for the sender that it was said to, unless it
// speaks of the recipient alone; who was once told no is asked for anew afterwards, whatever others hear. Bounded;
// guesses at unknown names can push out other refusals but no known recipient.
//
// A yes may be wrong for another sender (Postfix with sender restrictions). Then the delivery is refused, the sender
// hears 451 and doubt() sees to it that its next try is asked for: nothing is lost, and mails to known recipients cost
// no question.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "policy/limits.hpp"
#include "policy/mail_address.hpp"
#include "relay/smtp/reply.hpp"

namespace mugaika {

class VerifiedRecipients {
public:
    using Clock = std::chrono::steady_clock;
    enum class HoldsFor { this_sender, every_sender };

    explicit VerifiedRecipients(const NextHopLimits&);

    // `sender` is the envelope's text, "" for <>.
    std::optional<smtp::Reply> find(const MailAddress&, const std::string& sender, Clock::time_point now) const;
    void remember(const MailAddress&, const std::string& sender, const smtp::Reply&, HoldsFor, Clock::time_point now);
    // What was said of the recipient is not so any more, and not for this sender in any case: both are asked for.
    void doubt(const MailAddress&, const std::string& sender);

private:
    struct Answer {
        smtp::Reply reply;
        Clock::time_point until;
    };
    using Pair = std::pair<MailAddress, std::string>;

    template <class Key>
    void keep(std::map<Key, Answer>&, Key, Answer);

    std::chrono::milliseconds verified_for_;
    std::chrono::milliseconds refused_for_;
    std::size_t answers_max_;
    std::map<MailAddress, Answer> verified_;
    std::map<MailAddress, Answer> refused_;
    std::map<Pair, Answer> refused_pairs_;  // past its time: ask
};

}  // namespace mugaika
