#include "relay/outbound/verified_recipients.hpp"

namespace mugaika {

VerifiedRecipients::VerifiedRecipients(const NextHopLimits& limits)
    : verified_for_(limits.verified_for),
      refused_for_(limits.refused_for),
      answers_max_(limits.remembered_recipients_max) {}

std::optional<smtp::Reply> VerifiedRecipients::find(const MailAddress& recipient, const std::string& sender,
                                                    Clock::time_point now) const {
    const auto pair = refused_pairs_.find({recipient, sender});
    if (pair != refused_pairs_.end()) {
        if (now < pair->second.until) return pair->second.reply;
        return std::nullopt;
    }
    for (const auto* answers : {&verified_, &refused_}) {
        const auto found = answers->find(recipient);
        if (found != answers->end() && now < found->second.until) return found->second.reply;
    }
    return std::nullopt;
}

void VerifiedRecipients::remember(const MailAddress& recipient, const std::string& sender, const smtp::Reply& reply,
                                  HoldsFor whom, Clock::time_point now) {
    if (whom == HoldsFor::this_sender) {
        if (reply.permanent()) keep(refused_pairs_, Pair{recipient, sender}, Answer{reply, now + refused_for_});
        return;
    }
    verified_.erase(recipient);
    refused_.erase(recipient);
    if (reply.positive()) {
        refused_pairs_.erase({recipient, sender});
        keep(verified_, recipient, Answer{reply, now + verified_for_});
    } else if (reply.permanent()) {
        keep(refused_, recipient, Answer{reply, now + refused_for_});
    }
}

void VerifiedRecipients::doubt(const MailAddress& recipient, const std::string& sender) {
    verified_.erase(recipient);
    refused_.erase(recipient);
    keep(refused_pairs_, Pair{recipient, sender}, Answer{smtp::Reply{}, Clock::time_point::min()});
}

// Forgetting everything costs one verification each; an order of age would cost memory at every mail.
template <class Key>
void VerifiedRecipients::keep(std::map<Key, Answer>& answers, Key key, Answer answer) {
    if (answers.size() >= answers_max_) answers.clear();
    answers.insert_or_assign(std::move(key), std::move(answer));
}

}  // namespace mugaika
