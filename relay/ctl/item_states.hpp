// What became of kept mails: in the quarantine stands what was delivered, in the outbox what is still to be.
#pragma once

#include <array>
#include <chrono>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "policy/result.hpp"
#include "relay/quarantine/outbox.hpp"
#include "relay/quarantine/store.hpp"

namespace mugaika::ctl {

enum class ItemState {
    kept,      // nobody asked for it
    ordered,   // a release order waits or is held
    owed,      // the relay still owes it to some of its recipients; others have it
    rerun,     // it is judged again by an order that waits; nobody counts on it
    released,  // an order was carried out, and none waits
    failed     // orders were given up, none was carried out
};

inline constexpr std::array item_states{ItemState::kept,  ItemState::ordered,  ItemState::owed,
                                        ItemState::rerun, ItemState::released, ItemState::failed};
std::string_view to_string(ItemState) noexcept;

class ItemStates {
public:
    explicit ItemStates(const std::vector<OwedOrder>&);

    struct Fact {
        ItemState state = ItemState::kept;
        std::string order_id;                      // that waits or was given up
        std::string person;                        // who ordered; "" for what was only kept
        std::chrono::system_clock::time_point at;  // of the order, or of the delivery
    };
    Fact of(const QuarantineStore::Row&) const;
    // Of `among` (sorted, as narrow() makes it), or of all when there is none, the ids of mails with an order of
    // somebody of whose name this is a piece.
    std::vector<std::string> ordered_by(const std::string& person,
                                        const std::optional<std::vector<std::string>>& among) const;
    // The order that still needs this mail, "" for none. One that only judges it again ends without it.
    std::string awaited_by(const std::string& item_id) const;
    // Lets the query find only what is in this state.
    void narrow(QuarantineStore::Query&, ItemState) const;

private:
    std::map<std::string, Fact> by_item_;  // not kept, not released; the newest order that waits, or else that failed
};

}  // namespace mugaika::ctl
