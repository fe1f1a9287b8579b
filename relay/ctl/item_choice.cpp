#include "relay/ctl/item_choice.hpp"

#include <set>

#include "relay/ctl/administration.hpp"
#include "relay/ctl/reason_option.hpp"

namespace mugaika::ctl {
namespace {

bool has_filter(const ItemChoice& choice) noexcept {
    return !choice.reason.empty() || !choice.since.empty() || !choice.until.empty();
}

Result<std::vector<std::string>> ids_that_fit(const ItemChoice& choice, const QuarantineStore& store,
                                              Terminal& terminal) {
    QuarantineStore::Query query;
    auto since = moment_option("--since", choice.since, DayEdge::begin);
    if (!since) return since.error();
    auto until = moment_option("--until", choice.until, DayEdge::end);
    if (!until) return until.error();
    const auto known = check_reason_name(choice.reason, terminal.err);
    if (!known) return known.error();
    query.since = *since;
    query.until = *until;
    query.reason = choice.reason;
    const auto rows = store.list(query);
    if (!rows) return rows.error();
    std::vector<std::string> ids;
    for (const QuarantineStore::Row& row : *rows) ids.push_back(row.id);
    return ids;
}

}  // namespace

bool ItemChoice::is_empty() const noexcept { return items.empty() && !has_filter(*this); }

Result<std::vector<std::string>> chosen_ids(const ItemChoice& choice, const QuarantineStore& store,
                                            Terminal& terminal) {
    if (choice.items.empty()) return ids_that_fit(choice, store, terminal);
    auto ids = item_ids(choice.items, store, terminal);
    if (!ids || !has_filter(choice)) return ids;
    const auto fit = ids_that_fit(choice, store, terminal);
    if (!fit) return fit.error();
    const std::set<std::string> fitting(fit->begin(), fit->end());
    std::erase_if(*ids, [&](const std::string& id) { return !fitting.contains(id); });
    return ids;
}

}  // namespace mugaika::ctl
