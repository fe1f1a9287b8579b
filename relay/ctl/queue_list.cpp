#include <boost/json/serialize.hpp>

#include "relay/ctl/administration.hpp"
#include "relay/ctl/order_text.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/stats/text_table.hpp"

namespace mugaika::ctl {
namespace {

void print_table(const std::vector<OwedOrder>& orders, std::ostream& out) {
    TextTable table({{"ORDER"},
                     {"ID"},
                     {"KIND"},
                     {"STATE"},
                     {"TRIES", TextTable::Align::right},
                     {"NEXT TRY"},
                     {"TO", TextTable::Align::left, 30},
                     {"BY", TextTable::Align::left, 16},
                     {"LAST WORDS", TextTable::Align::left, 60}});
    for (const OwedOrder& owed : orders) {
        const bool waits = owed.state == OwedOrder::State::waiting;
        table.add({owed.order.order_id, owed.order.item_id, std::string(to_string(owed.order.kind)),
                   std::string(to_string(owed.state)), std::to_string(owed.attempts),
                   waits ? local_time_text(owed.next_try) : "-", recipients_text(owed), owed.order.person,
                   owed.last_words});
    }
    table.print(out);
}

}  // namespace

Exit queue_list(const ConfigChoice& choice, Output output, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto outbox = open_outbox(*config);
    if (!outbox) return fail(terminal, outbox.error());
    const auto orders = outbox->list();
    if (!orders) return fail(terminal, orders.error());
    if (output == Output::text) {
        print_table(*orders, terminal.out);
    } else {
        for (const OwedOrder& owed : *orders) terminal.out << boost::json::serialize(to_json(owed)) << "\n";
    }
    return Exit::done;
}

}  // namespace mugaika::ctl
