#include "relay/ctl/item_states.hpp"

namespace mugaika::ctl {

std::string_view to_string(ItemState state) noexcept {
    switch (state) {
        case ItemState::kept:
            return "kept";
        case ItemState::ordered:
            return "ordered";
        case ItemState::released:
            return "released";
        case ItemState::failed:
            return "failed";
    }
    return "?";
}

ItemStates::ItemStates(const std::vector<OwedOrder>& oldest_first) {
    for (const OwedOrder& owed : oldest_first) {
        const ItemState state = owed.state == OwedOrder::State::failed ? ItemState::failed : ItemState::ordered;
        Fact& fact = by_item_[owed.order.item_id];
        if (fact.state == ItemState::ordered && state == ItemState::failed) continue;
        fact = {state, owed.order.person, owed.order.ordered_at};
    }
}

ItemStates::Fact ItemStates::of(const QuarantineStore::Row& row) const {
    const auto owed = by_item_.find(row.id);
    if (owed != by_item_.end() && owed->second.state == ItemState::ordered) return owed->second;
    if (row.release) return {ItemState::released, row.release->person, row.release->at};
    return owed == by_item_.end() ? Fact() : owed->second;
}

void ItemStates::narrow(QuarantineStore::Query& query, ItemState wanted) const {
    std::vector<std::string> ordered;
    std::vector<std::string> failed;
    for (const auto& [id, fact] : by_item_) (fact.state == ItemState::ordered ? ordered : failed).push_back(id);
    if (wanted == ItemState::ordered) {
        query.among = std::move(ordered);
        return;
    }
    query.released = wanted == ItemState::released;
    if (wanted == ItemState::failed) {
        query.among = std::move(failed);
        return;
    }
    if (wanted == ItemState::kept) ordered.insert(ordered.end(), failed.begin(), failed.end());
    query.not_among = std::move(ordered);
}

}  // namespace mugaika::ctl
