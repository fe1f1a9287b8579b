// Carries out orders: takes what is due from the outbox, sends the stored mail through the mail flow, a person's
// order with the order added to the policy, and marks it done, tried again later, or given up. Survives restarts
// because the outbox does.
//
// DIAGNOSTICS: an exception ends one order's try (release x internal, tried later, noted as a fault of "releases"); an
// outbox that cannot be looked at ends the round.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "relay/async/keep_running.hpp"
#include "relay/async/task_ledger.hpp"
#include "relay/log/event_log.hpp"
#include "relay/mail_flow.hpp"
#include "relay/quarantine/outbox.hpp"
#include "relay/quarantine/store.hpp"

namespace mugaika {

class ReleaseClerk {
public:
    // All references must outlive it and every round.
    ReleaseClerk(MailFlow&, QuarantineStore&, Outbox, EventLog&, boost::asio::thread_pool& disk, TaskLedger&);

    struct OrderCounts {
        std::size_t waiting = 0, held = 0, failed = 0;
    };
    OrderCounts orders() const noexcept { return orders_; }  // when it last looked

    // The same for mails of which pages are to be drawn, and for those that are to be judged again, beside the others,
    // so that a day's backlog delays nobody's release: one after the other. While engines or scanners cannot be asked
    // only one of them tries, now and then; when they can, all are due.
    boost::asio::awaitable<Rounds> rerun_round();

    // One look at the outbox, and what is due of releases, rests and unlocks, one order after the other; what is not
    // begun within a minute waits for the next look. For keep_running(): throws when the outbox cannot be looked at.
    boost::asio::awaitable<Rounds> round();

private:
    struct Loaded {
        std::optional<OwedOrder> owed;  // nothing: gone meanwhile
        std::optional<Error> fault;     // why item and original are not there
        std::optional<QuarantineItem> item;
        std::optional<RawMail> original;
        std::vector<RerunNote> runs;
        std::vector<ReleaseNote> releases;
    };
    boost::asio::awaitable<void> carry_out(OwedOrder listed);
    boost::asio::awaitable<void> draw_ordered(std::vector<OwedOrder>);
    boost::asio::awaitable<void> rerun(std::string order_id);
    boost::asio::awaitable<void> judge_again(Loaded);
    boost::asio::awaitable<bool> note_runs(const ReleaseOrder&, const std::vector<RerunNote>&,
                                           std::string_view next_hop);
    boost::asio::awaitable<void> end_rerun(ReleaseOrder, std::string_view result);
    boost::asio::awaitable<void> put_off(const OwedOrder& tried, std::string words);
    boost::asio::awaitable<void> try_order(std::string order_id);
    boost::asio::awaitable<void> let_go(ReleaseOrder);
    boost::asio::awaitable<void> note(const OwedOrder& tried, const FlowEnd&);
    Loaded load(const std::string& order_id) const;
    void note_try(const OwedOrder& tried, const FlowEnd&, std::chrono::seconds first_wait);
    void say_disk_failed(const ReleaseOrder&, const Error&);

    MailFlow& flow_;
    QuarantineStore& store_;
    Outbox outbox_;
    EventLog& log_;
    boost::asio::thread_pool& disk_;
    TaskLedger& tasks_;
    OrderCounts orders_;
    // Orders whose mail the next hop has, and that the disk did not let us remove: they are not carried out again.
    std::set<std::string> delivered_;
    std::set<std::string> noted_;  // of these, beside the mail that was released
    std::set<std::string> said_;   // of these, in an event
    // Of mails that are judged again.
    std::set<std::string> hurried_;  // due, whatever their orders say
    bool engines_were_down_ = true;  // so that a start hurries all
    std::chrono::steady_clock::time_point next_probe_{};
    std::map<std::string, std::vector<RerunNote>> unnoted_;  // by order: what arrived and the disk did not take
};

}  // namespace mugaika
