#include "relay/outbound/verified_recipients.hpp"

namespace mugaika {

VerifiedRecipients::VerifiedRecipients(const NextHopLimits& limits)
    : verified_for_(limits.verified_for),
      refused_for_(limits.refused_for),
      answers_max_(limits.remembered_recipients_max) {}

std::optional<smtp::Reply> VerifiedRecipients::find(const MailAddress& recipient, Clock::time_point now) const {
    for (const Answers* answers : {&verified_, &refused_}) {
        const auto found = answers->find(recipient);
        if (found != answers->end() && now < found->second.until) return found->second.reply;
    }
    return std::nullopt;
}

void VerifiedRecipients::remember(const MailAddress& recipient, const smtp::Reply& reply, Clock::time_point now) {
    forget(recipient);
    if (!reply.positive() && !reply.permanent()) return;
    Answers& answers = reply.positive() ? verified_ : refused_;
    // Forgetting everything costs one verification each; an order of age would cost memory at every mail.
    if (answers.size() >= answers_max_) answers.clear();
    answers.insert_or_assign(recipient, Answer{reply, now + (reply.positive() ? verified_for_ : refused_for_)});
}

void VerifiedRecipients::forget(const MailAddress& recipient) {
    verified_.erase(recipient);
    refused_.erase(recipient);
}

}  // namespace mugaika
