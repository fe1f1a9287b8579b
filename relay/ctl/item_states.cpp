#include "relay/ctl/item_states.hpp"

#include <algorithm>

#include "policy/folded_text.hpp"

namespace mugaika::ctl {
namespace {

ItemState waiting_state(OrderKind kind) noexcept {
    if (is_answered_for(kind)) return ItemState::ordered;
    return kind == OrderKind::rerun ? ItemState::rerun : ItemState::owed;
}

}  // namespace

std::string_view to_string(ItemState state) noexcept {
    switch (state) {
        case ItemState::kept:
            return "kept";
        case ItemState::ordered:
            return "ordered";
        case ItemState::owed:
            return "owed";
        case ItemState::rerun:
            return "rerun";
        case ItemState::released:
            return "released";
        case ItemState::failed:
            return "failed";
    }
    return "?";
}

ItemStates::ItemStates(const std::vector<OwedOrder>& oldest_first) {
    for (const OwedOrder& owed : oldest_first) {
        const ItemState waiting = waiting_state(owed.order.kind);
        const ItemState state = owed.state == OwedOrder::State::failed ? ItemState::failed : waiting;
        Fact& fact = by_item_[owed.order.item_id];
        const bool says_less = state == ItemState::failed || state == ItemState::rerun;
        if (says_less && fact.state != ItemState::kept) continue;
        fact = {state, owed.order.order_id, owed.order.person, owed.order.ordered_at};
    }
}

ItemStates::Fact ItemStates::of(const QuarantineStore::Row& row) const {
    const auto owed = by_item_.find(row.id);
    if (owed != by_item_.end() && owed->second.state != ItemState::failed) return owed->second;
    if (row.release) return {ItemState::released, "", row.release->person, row.release->at};
    return owed == by_item_.end() ? Fact() : owed->second;
}

std::vector<std::string> ItemStates::ordered_by(const std::string& person,
                                                const std::optional<std::vector<std::string>>& among) const {
    const std::u32string wanted = folded_text(person);
    std::vector<std::string> ids;
    for (const auto& [id, fact] : by_item_) {
        const bool is_asked_for = !among || std::binary_search(among->begin(), among->end(), id);
        if (is_asked_for && folded_text(fact.person).find(wanted) != std::u32string::npos) ids.push_back(id);
    }
    return ids;
}

std::string ItemStates::awaited_by(const std::string& item_id) const {
    const auto owed = by_item_.find(item_id);
    const bool waits =
        owed != by_item_.end() && owed->second.state != ItemState::failed && owed->second.state != ItemState::rerun;
    return waits ? owed->second.order_id : "";
}

void ItemStates::narrow(QuarantineStore::Query& query, ItemState wanted) const {
    std::vector<std::string> among;      // in this state by their order
    std::vector<std::string> not_among;  // in another one
    for (const auto& [id, fact] : by_item_) {
        if (fact.state == wanted) among.push_back(id);
        const bool may_be_released = wanted == ItemState::released && fact.state == ItemState::failed;
        if (fact.state != wanted && !may_be_released) not_among.push_back(id);
    }
    const bool by_order = wanted != ItemState::kept && wanted != ItemState::released;
    if (by_order) query.among = std::move(among);
    if (!by_order) query.not_among = std::move(not_among);
    if (!by_order || wanted == ItemState::failed) query.released = wanted == ItemState::released;
}

}  // namespace mugaika::ctl
