#include <set>

#include "relay/ctl/administration.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/quarantine/outbox.hpp"

namespace mugaika::ctl {
namespace {

// An original that a release order still waits for must stay.
Result<std::set<std::string>> awaited_items(const Config& config) {
    const auto outbox = Outbox::open(config.outbox_dir());
    if (!outbox) return outbox.error();
    const auto orders = outbox->list();
    if (!orders) return orders.error();
    std::set<std::string> items;
    for (const OwedOrder& owed : *orders) {
        if (owed.state != OwedOrder::State::failed) items.insert(owed.order.item_id);
    }
    return items;
}

}  // namespace

Exit quarantine_purge(const ConfigChoice& choice, DryRun dry_run, Terminal& terminal) {
    const auto config = load_config(choice, ConfigUse::tool, terminal);
    if (!config) return fail(terminal, config.error());
    const auto store = open_store(*config);
    if (!store) return fail(terminal, store.error());
    const auto awaited = awaited_items(*config);
    if (!awaited) return fail(terminal, awaited.error());
    const auto log = open_log(*config);
    if (!log) return fail(terminal, log.error());
    QuarantineStore::Query old;
    old.until = std::chrono::system_clock::now() - std::chrono::days(config->originals_days);
    const auto rows = (*store)->list(old);
    if (!rows) return fail(terminal, rows.error());
    const bool only_said = dry_run == DryRun::yes;
    const Actor actor{terminal.login.name, terminal.login.uid, terminal.login.sudo_user};
    std::size_t deleted = 0;
    std::size_t stayed = 0;
    Exit worst = Exit::done;
    for (const QuarantineStore::Row& row : *rows) {
        if (awaited->contains(row.id)) {
            terminal.out << row.id << "  stays: a release order waits for it\n";
            ++stayed;
            continue;
        }
        const auto removed = only_said ? Result<void>() : (*store)->remove(row.id);
        if (!removed) {
            worst = fail(terminal, removed.error());
            continue;
        }
        ++deleted;
        if (!only_said) (*log)->write(event::QuarantineExpired{row.id, actor});
        terminal.out << row.id << "  received " << local_time_text(row.received_at)
                     << (only_said ? "  would be deleted\n" : "  deleted\n");
    }
    terminal.out << "older than " << config->originals_days << " days (originals_days): " << rows->size()
                 << (only_said ? "; would be deleted: " : "; deleted: ") << deleted << "; stay for an order: " << stayed
                 << "\n";
    return worst;
}

}  // namespace mugaika::ctl
