#include "relay/log/counted_verdict.hpp"

namespace mugaika {

bool is_by_order(const MailTag& tag) noexcept { return !tag.id.empty() && tag.session.empty(); }

std::optional<std::string> counted_verdict(const event::MessageDelivered& delivered) {
    const MailTag& tag = delivered.mail;
    if (tag.order_kind == to_string(OrderKind::checkpoint)) return std::nullopt;
    if (tag.order_kind == to_string(OrderKind::rerun)) return "followed";
    return is_by_order(tag) ? "released" : delivered.verdict.text();
}

}  // namespace mugaika
