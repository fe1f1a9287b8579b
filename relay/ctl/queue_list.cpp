#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "policy/shown_text.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/quarantine/outbox.hpp"
#include "relay/stats/text_table.hpp"

namespace mugaika::ctl {
namespace {

namespace json = boost::json;

std::string_view state_of(const OwedOrder& owed) {
    return owed.state == OwedOrder::State::failed ? "failed" : "waiting";
}

std::vector<std::string> recipients_of(const OwedOrder& owed) {
    std::vector<std::string> texts;
    for (const MailAddress& recipient : owed.order.recipients) texts.push_back(recipient.text());
    return texts;
}

json::object to_json(const OwedOrder& owed) {
    json::object object;
    object["order"] = shown_text(owed.order.order_id);
    object["id"] = shown_text(owed.order.item_id);
    object["state"] = state_of(owed);
    json::array to;
    for (const std::string& recipient : recipients_of(owed)) to.emplace_back(shown_text(recipient));
    object["to"] = std::move(to);
    json::array parts;
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

void print_table(const std::vector<OwedOrder>& orders, std::ostream& out) {
    TextTable table({{"ORDER"},
                     {"ID"},
                     {"STATE"},
                     {"TRIES", TextTable::Align::right},
                     {"NEXT TRY"},
                     {"TO", TextTable::Align::left, 30},
                     {"BY", TextTable::Align::left, 16},
                     {"LAST WORDS", TextTable::Align::left, 60}});
    for (const OwedOrder& owed : orders) {
        std::string to;
        for (const std::string& recipient : recipients_of(owed)) to += (to.empty() ? "" : ",") + recipient;
        const bool waits = owed.state == OwedOrder::State::waiting;
        table.add({owed.order.order_id, owed.order.item_id, std::string(state_of(owed)), std::to_string(owed.attempts),
                   waits ? local_time_text(owed.next_try) : "-", to, owed.order.person, owed.last_words});
    }
    table.print(out);
}

}  // namespace

Exit queue_list(const ConfigChoice& choice, Output output, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto outbox = Outbox::open(config->outbox_dir());
    if (!outbox) return fail(terminal, Exit::unavailable, "the outbox cannot be opened: " + outbox.error().words());
    const auto orders = outbox->list();
    if (!orders) return fail(terminal, orders.error());
    if (output == Output::text) {
        print_table(*orders, terminal.out);
    } else {
        for (const OwedOrder& owed : *orders) terminal.out << json::serialize(to_json(owed)) << "\n";
    }
    return Exit::done;
}

}  // namespace mugaika::ctl
