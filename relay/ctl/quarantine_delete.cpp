#include "relay/ctl/administration.hpp"
#include "relay/ctl/item_states.hpp"

namespace mugaika::ctl {
namespace {

// Somebody counts on it: what the relay owes was answered 250.
Result<void> awaited(const std::string& id, const std::string& order) {
    return Error(Fault::limit, "kept mail " + id + " is needed for order " + order + "; `mugaika queue show " + order +
                                   "`, and `mugaika queue delete " + order + "` first");
}

}  // namespace

Exit quarantine_delete(const ConfigChoice& choice, const DeleteOptions& options, Terminal& terminal) {
    const auto actor = actor_for(options.items.person, terminal);
    if (!actor) return fail(terminal, actor.error());
    const auto reason = checked_line("--reason", options.reason);
    if (!reason) return fail(terminal, reason.error());
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto store = open_store(*config);
    if (!store) return fail(terminal, store.error());
    const auto log = open_log(*config);
    if (!log) return fail(terminal, log.error());
    const auto ids = item_ids(options.items.items, **store, terminal);
    if (!ids) return fail(terminal, ids.error());
    auto outbox = open_outbox(*config);
    if (!outbox) return fail(terminal, outbox.error());
    const auto orders = outbox->list();
    if (!orders) return fail(terminal, orders.error());
    const ItemStates states(*orders);
    Exit worst = Exit::done;
    for (const std::string& id : *ids) {
        const std::string order = states.awaited_by(id);
        const auto removed = order.empty() ? (*store)->remove(id) : awaited(id, order);
        if (!removed) {
            worst = fail(terminal, removed.error());
            continue;
        }
        for (const OwedOrder& owed : *orders) {  // what is gone is not judged again; the relay would find out too
            if (owed.order.item_id == id && owed.order.kind == OrderKind::rerun)
                (void)outbox->remove(owed.order.order_id);
        }
        (*log)->write(event::QuarantineDeleted{id, *actor, *reason});
        terminal.out << id << "  deleted\n";
    }
    return worst;
}

}  // namespace mugaika::ctl
