// The ledger in a line of a log. Other than what the quarantine keeps (relay/log/ledger_json.hpp), which is read whole
// or not at all, a line may be of an earlier version: what it does not say is empty. What a later version wrote is kept
// as words (Ledger::later_words).
#pragma once

#include <simdjson.h>

#include <array>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "relay/stats/read_event.hpp"
#include "sanitizer/mail/ledger.hpp"

namespace mugaika {

inline constexpr std::array<std::string_view, 7> ledger_keys{"id",  "verdict",  "reason", "in",
                                                             "out", "findings", "parts"};
bool is_of_ledger(std::string_view key) noexcept;

// The members of a line with these keys, each at most once.
class LedgerMembers {
public:
    using Member = std::pair<std::string_view, simdjson::dom::element>;

    void add(std::string_view key, simdjson::dom::element value) { members_.at(count_++) = {key, value}; }
    std::span<const Member> all() const noexcept { return {members_.data(), count_}; }

private:
    std::array<Member, ledger_keys.size()> members_;
    std::size_t count_ = 0;
};

// False: one is of another kind; `blamed` is its key.
bool take_ledger(const LedgerMembers&, LogDetail, Ledger& into, std::string& blamed);

}  // namespace mugaika
