#include "relay/quarantine/rerun_order.hpp"

#include <utility>

namespace mugaika {

ReleaseOrder rerun_order(const QuarantineItem& item, std::vector<MailAddress> recipients, std::string person,
                         std::string reason, std::chrono::system_clock::time_point now, std::chrono::days validity) {
    smtp::Envelope to_them = item.envelope;
    to_them.recipients = recipients;
    ReleaseOrder order;
    order.kind = OrderKind::rerun;
    order.order_id = message_id_for("rerun of " + item.id, to_them);
    order.item_id = item.id;
    order.recipients = std::move(recipients);
    order.person = std::move(person);
    order.reason = std::move(reason);
    order.ordered_at = now;
    order.valid_until = now + validity;
    return order;
}

}  // namespace mugaika
