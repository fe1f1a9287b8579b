// Carries out orders: takes what is due from the outbox, sends the stored mail through the mail flow, a person's
// release with the order added to the policy, and marks it done, tried again later, or given up. Survives restarts
// because the outbox does.
//
// DIAGNOSTICS: an exception ends one order's try (release x internal, tried later, noted as a fault of "releases"); an
// outbox that cannot be looked at ends the round.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <optional>
#include <set>
#include <string>

#include "relay/async/keep_running.hpp"
#include "relay/async/task_ledger.hpp"
#include "relay/log/events.hpp"
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

    // One look at the outbox, and what is due, one order after the other; what is not begun within a minute waits for
    // the next look. For keep_running(): throws when the outbox cannot be looked at.
    boost::asio::awaitable<Rounds> round();

private:
    struct Loaded {
        std::optional<OwedOrder> owed;  // nothing: gone meanwhile
        std::optional<Error> fault;     // why item and original are not there
        std::optional<QuarantineItem> item;
        std::optional<RawMail> original;
    };
    boost::asio::awaitable<void> carry_out(OwedOrder listed);
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
};

}  // namespace mugaika
