#include "relay/ctl/order_text.hpp"

#include <boost/json/array.hpp>

#include "policy/shown_text.hpp"
#include "relay/log/timestamp.hpp"

namespace mugaika::ctl {

std::string recipients_text(const OwedOrder& owed) {
    std::string text;
    for (const MailAddress& recipient : owed.order.recipients) text += (text.empty() ? "" : ",") + recipient.text();
    return text;
}

std::string_view kind_words(OrderKind kind) noexcept {
    if (kind == OrderKind::unlock) return "unlock: files that a password opened";
    if (kind == OrderKind::rerun) return "rerun: judged again, what could not be delivered follows if it can be now";
    if (kind == OrderKind::image_pdf) return "image-pdf: pictures of the pages of held files, as a person ordered";
    if (kind == OrderKind::checkpoint) return "checkpoint: of the event log, for its auditors";
    return kind == OrderKind::rest ? "rest: others have the mail, these are still to get it"
                                   : "release: a person let it through";
}

boost::json::object to_json(const OwedOrder& owed) {
    boost::json::object object;
    object["order"] = shown_text(owed.order.order_id);
    object["id"] = shown_text(owed.order.item_id);
    object["state"] = to_string(owed.state);
    object["kind"] = to_string(owed.order.kind);
    boost::json::array to;
    for (const MailAddress& recipient : owed.order.recipients) to.emplace_back(shown_text(recipient.text()));
    object["to"] = std::move(to);
    boost::json::array parts;
    for (const std::string& part : owed.order.parts) parts.emplace_back(shown_text(part));
    object["parts"] = std::move(parts);
    object["person"] = shown_text(owed.order.person);
    object["reason"] = shown_text(owed.order.reason);
    object["ordered"] = rfc3339(owed.order.ordered_at);
    object["valid_until"] = rfc3339(owed.order.valid_until);
    object["attempts"] = owed.attempts;
    object["next_try"] = rfc3339(owed.next_try);
    object["last_words"] = shown_text(owed.last_words);
    return object;
}

}  // namespace mugaika::ctl
