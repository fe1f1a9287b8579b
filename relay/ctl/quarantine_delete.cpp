#include "relay/ctl/administration.hpp"

namespace mugaika::ctl {

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
    Exit worst = Exit::done;
    for (const std::string& id : *ids) {
        const auto removed = (*store)->remove(id);
        if (!removed) {
            worst = fail(terminal, removed.error());
            continue;
        }
        (*log)->quarantine_deleted(id, *actor, *reason);
        terminal.out << id << "  deleted\n";
    }
    return worst;
}

}  // namespace mugaika::ctl
