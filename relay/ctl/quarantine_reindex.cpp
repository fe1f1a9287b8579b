#include "relay/ctl/administration.hpp"

namespace mugaika::ctl {

Exit quarantine_reindex(const ConfigChoice& choice, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto store = open_store(*config);
    if (!store) return fail(terminal, store.error());
    const auto items = (*store)->rebuild_index();
    if (!items) return fail(terminal, items.error());
    terminal.out << "kept mails in the index: " << *items << "\n";
    return Exit::done;
}

}  // namespace mugaika::ctl
