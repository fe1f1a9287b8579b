// The books of the relay: every recipient of every mail that was received whole has exactly one end, and
//
//   received = delivered + held + refused + deferred + owed + given up + cut off + under way
//
// by day of its coming and route. It is computed from the log alone. What cannot be is named: an end that had no
// beginning, a second one, a held mail whose original was not kept, events that could not be written. Deliveries by
// order (released) and files that follow (followed) are counted beside it, since they are no mails that came.
//
//   deferred   the sender was told to come again, and did not yet
//   owed       the relay sends it itself, and did not yet
//   given up   the relay owed it and could not; its person was told
//   cut off    the relay ended before it answered: the sender still has the mail
//   under way  the log ends before its end
//
// Memory: one entry for each mail that has not ended and for each day and route.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "relay/log/timestamp.hpp"
#include "relay/stats/read_event.hpp"

namespace mugaika {

struct Account {
    std::uint64_t received = 0;  // recipients, as all of these
    std::uint64_t delivered = 0, held = 0, refused = 0, deferred = 0, owed = 0, given_up = 0, cut_off = 0,
                  under_way = 0;
    std::uint64_t released = 0, followed = 0;  // not of those received

    std::uint64_t ended() const noexcept {
        return delivered + held + refused + deferred + owed + given_up + cut_off + under_way;
    }
    Account& operator+=(const Account&) noexcept;

    template <class Self, class Io>
    static void state(Self& self, Io& io) {  // state_io.hpp, as all of this name
        io(self.received, self.delivered, self.held, self.refused, self.deferred, self.owed, self.given_up,
           self.cut_off, self.under_way, self.released, self.followed);
    }
};

struct AccountFault {
    std::string time;  // as it stands in the log
    std::string id;
    std::string recipient;  // "" of the mail as a whole
    std::string what;

    template <class Self, class Io>
    static void state(Self& self, Io& io) {
        io(self.time, self.id, self.recipient, self.what);
    }
};

struct Accounts {
    using Key = std::pair<std::string, std::string>;  // day, route
    std::map<Key, Account> rows;
    std::vector<AccountFault> faults;  // the first faults_max
    std::uint64_t fault_count = 0;
    std::uint64_t began_before = 0;  // ends of mails that came before the log begins, as far as that can be

    static constexpr std::size_t faults_max = 1000;
    bool add_up() const noexcept { return fault_count == 0; }

    // Drops the rows of other days; faults stay, since nobody knows what they are about.
    void keep_days(std::optional<Moment> since, std::optional<Moment> until);

    template <class Self, class Io>
    static void state(Self& self, Io& io) {
        io(self.rows, self.faults, self.fault_count, self.began_before);
        io.must(self.faults.size() <= faults_max);
    }
};

class AccountKeeper {
public:
    void take(const ReadEvent&);
    Accounts finish() &&;

    template <class Self, class Io>
    static void state(Self& self, Io& io) {
        io(self.accounts_, self.open_, self.first_);
        io.must(self.first_.has_value() || self.open_.empty());
    }

private:
    // What is not the end yet; an end is counted at once.
    enum class Wait : std::uint8_t { answer, next_try, own_try, cut_off };
    // One coming of a mail, in one session. The same mail can come in two sessions at once: it has one id.
    struct Coming {
        Accounts::Key key;
        std::map<std::string, Wait> waiting;  // by recipient
        std::set<std::string> ended;          // recipients
        std::string order;                    // of those that the relay owes
        bool kept = false;                    // in the quarantine

        template <class Self, class Io>
        static void state(Self& self, Io& io) {
            io(self.key, self.waiting, self.ended, self.order, self.kept);
            for (const auto& [recipient, wait] : self.waiting) io.must(wait <= Wait::cut_off);
        }
    };
    using Comings = std::map<std::string, Coming>;  // by session

    void on(const event::RelayStarted&, const ReadEvent&);
    void on(const event::LogGap&, const ReadEvent&);
    void on(const event::MessageReceived&, const ReadEvent&);
    void on(const event::MessageQuarantined&, const ReadEvent&);
    void on(const event::MessageDelivered&, const ReadEvent&);
    void on(const event::MessageRefused&, const ReadEvent&);
    void on(const event::MessageDeferred&, const ReadEvent&);
    void on(const event::MessageOwed&, const ReadEvent&);
    void on(const event::QuarantineReleaseFailed&, const ReadEvent&);
    void on(const event::QueueDeleted&, const ReadEvent&);

    Coming* coming_of(const MailTag&);  // null: not one that is open
    void end(const MailTag&, const std::vector<std::string>& recipients, std::uint64_t Account::*end, const ReadEvent&);
    void wait(const MailTag&, const std::vector<std::string>& recipients, Wait, const ReadEvent&);
    void give_up(const std::string& id, const std::string& order);
    void forget_when_over(const std::string& id);
    void has_not_come(const MailTag&, std::size_t recipients, const ReadEvent&);
    void blame(const ReadEvent&, std::string_view id, std::string_view recipient, std::string what);

    Accounts accounts_;
    std::unordered_map<std::string, Comings> open_;  // by id
    std::optional<Moment> first_;
};

}  // namespace mugaika
