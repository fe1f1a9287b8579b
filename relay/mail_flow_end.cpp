// How a mail ended, for the log.
#include <utility>

#include "relay/log/address_texts.hpp"
#include "relay/mail_flow_mail.hpp"

namespace mugaika {

void MailFlow::log_end(Mail& mail) {
    mail.times.end_total(mail.started);
    const FlowEnd& end = mail.end;
    if (mail.kept && mail.order == nullptr && (end.needs_item || (mail.owed && mail.verdict.keep_original))) {
        log_.write(event::MessageQuarantined{mail.tag, mail.item.id, mail.verdict.reason, mail.raw.size()});
    }
    const std::string from = mail.envelope.sender_text();
    const auto delivered_to = [&](const std::vector<MailAddress>& recipients) {
        return event::MessageDelivered{mail.tag,
                                       from,
                                       address_texts(recipients),
                                       mail.verdict.verdict,
                                       mail.verdict.reason,
                                       end.next_hop,
                                       end.tls,
                                       end.reply,
                                       mail.times};
    };
    if (end.delivered) return log_.write(delivered_to(mail.envelope.recipients));
    if (!end.served.empty()) log_.write(delivered_to(end.served));
    if (mail.owed) {
        return log_.write(event::MessageOwed{mail.tag, from, address_texts(mail.owed->recipients), mail.owed->order_id,
                                             end.outcome->stage, end.outcome->failure, end.why, mail.owed->valid_until,
                                             mail.times});
    }
    std::vector<std::string> left = address_texts(mail.unserved());
    if (end.reply.permanent()) {
        return log_.write(
            event::MessageRefused{mail.tag, from, std::move(left), mail.verdict.reason, end.reply, mail.times});
    }
    log_.write(event::MessageDeferred{mail.tag, from, std::move(left), end.outcome->stage, end.outcome->failure,
                                      end.reply, end.why, mail.times});
}

}  // namespace mugaika
