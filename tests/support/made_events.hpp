// Events of a mail from its envelope, as the relay writes them.
#pragma once

#include <optional>
#include <string>

#include "relay/log/address_texts.hpp"
#include "relay/log/event_list.hpp"
#include "relay/smtp/envelope.hpp"

namespace mugaika::made {

inline event::MessageReceived received(const MailTag& tag, const smtp::Envelope& envelope, std::string client,
                                       std::optional<TlsFacts> tls, std::uint64_t bytes, std::string sha256) {
    return {tag,   envelope.sender_text(), address_texts(envelope.recipients), std::move(client), std::move(tls),
            bytes, std::move(sha256)};
}

inline event::MessageDelivered delivered(const MailTag& tag, const smtp::Envelope& envelope, const Verdict& verdict,
                                         std::string next_hop, std::optional<TlsFacts> tls, smtp::Reply reply,
                                         StageTimes times) {
    return {tag,
            envelope.sender_text(),
            address_texts(envelope.recipients),
            verdict.verdict,
            verdict.reason,
            std::move(next_hop),
            std::move(tls),
            std::move(reply),
            times};
}

inline event::MessageDeferred deferred(const MailTag& tag, const smtp::Envelope& envelope, const Outcome& outcome,
                                       smtp::Reply reply, std::string why, StageTimes times) {
    return {tag,
            envelope.sender_text(),
            address_texts(envelope.recipients),
            outcome.stage,
            outcome.failure,
            std::move(reply),
            std::move(why),
            times};
}

inline event::MessageRefused refused(const MailTag& tag, const smtp::Envelope& envelope, smtp::Reply reply,
                                     Reason reason, StageTimes times) {
    return {tag, envelope.sender_text(), address_texts(envelope.recipients), reason, std::move(reply), times};
}

inline event::MessageOwed owed(const MailTag& tag, const smtp::Envelope& envelope, const ReleaseOrder& order,
                               const Outcome& outcome, std::string why, StageTimes times) {
    return {tag,
            envelope.sender_text(),
            address_texts(order.recipients),
            order.order_id,
            outcome.stage,
            outcome.failure,
            std::move(why),
            order.valid_until,
            times};
}

inline event::RecipientRefused refused_at_rcpt(const MailTag& tag, const smtp::Envelope& so_far, std::string recipient,
                                               smtp::Reply reply, std::string why = {}) {
    return {tag, so_far.sender_text(), std::move(recipient), std::move(reply), std::move(why)};
}

}  // namespace mugaika::made
