#include <algorithm>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "relay/ctl/administration.hpp"
#include "relay/quarantine/outbox.hpp"

namespace mugaika::ctl {

Exit quarantine_status(const ConfigChoice& choice, Output output, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto store = open_store(*config);
    if (!store) return fail(terminal, store.error());
    const auto status = (*store)->status();
    if (!status) return fail(terminal, status.error());
    const auto outbox = Outbox::open(config->outbox_dir());
    if (!outbox) return fail(terminal, outbox.error());
    const auto orders = outbox->list();
    if (!orders) return fail(terminal, orders.error());
    const auto orders_in = [&](OwedOrder::State state) {
        return static_cast<std::uint64_t>(
            std::count_if(orders->begin(), orders->end(), [state](const OwedOrder& o) { return o.state == state; }));
    };

    boost::json::object facts;
    facts["items"] = status->items;
    facts["bytes"] = status->bytes;
    facts["moved_aside"] = status->moved_aside;
    facts["orders_waiting"] = orders_in(OwedOrder::State::waiting);
    facts["orders_held"] = orders_in(OwedOrder::State::held);
    facts["orders_failed"] = orders_in(OwedOrder::State::failed);
    facts["originals_days"] = config->originals_days;
    if (output == Output::json) {
        terminal.out << boost::json::serialize(facts) << "\n";
        return Exit::done;
    }
    for (const auto& fact : facts) terminal.out << fact.key() << " " << boost::json::serialize(fact.value()) << "\n";
    return Exit::done;
}

}  // namespace mugaika::ctl
