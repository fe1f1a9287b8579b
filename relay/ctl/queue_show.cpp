#include <boost/json/serialize.hpp>

#include "policy/shown_text.hpp"
#include "policy/terminal_columns.hpp"
#include "relay/ctl/administration.hpp"
#include "relay/ctl/order_text.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/stats/text_table.hpp"

namespace mugaika::ctl {
namespace {

void print_order(const OwedOrder& owed, std::ostream& out) {
    constexpr std::size_t name_columns = 12;
    const auto line = [&out](std::string_view name, std::string_view untrusted_text) {
        out << fitted(name, name_columns) << shown_text(untrusted_text) << "\n";
    };
    line("order", owed.order.order_id);
    line("id", owed.order.item_id);
    line("kind", kind_words(owed.order.kind));
    line("state", to_string(owed.state));
    line("to", recipients_text(owed));
    for (const std::string& part : owed.order.parts) line("part", part);
    line("by", owed.order.person);
    line("reason", owed.order.reason);
    line("ordered", rfc3339(owed.order.ordered_at));
    line("valid until", rfc3339(owed.order.valid_until));
    line("tries", std::to_string(owed.attempts));
    line("next try", owed.state == OwedOrder::State::waiting ? rfc3339(owed.next_try) : "-");
    line("last words", owed.last_words);
}

}  // namespace

Exit queue_show(const ConfigChoice& choice, const ItemsOptions& options, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto outbox = open_outbox(*config);
    if (!outbox) return fail(terminal, outbox.error());
    const auto ids = order_ids(options.items, *outbox, terminal);
    if (!ids) return fail(terminal, ids.error());
    Exit worst = Exit::done;
    for (const std::string& id : *ids) {
        const auto owed = outbox->load(id);
        if (!owed) {
            worst = fail(terminal, owed.error());
        } else if (options.output == Output::json) {
            terminal.out << boost::json::serialize(to_json(*owed)) << "\n";
        } else {
            if (id != ids->front()) terminal.out << "\n";
            print_order(*owed, terminal.out);
        }
    }
    return worst;
}

}  // namespace mugaika::ctl
