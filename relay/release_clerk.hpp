// Carries out release orders: takes what is due from the outbox, sends the stored mail through the mail flow with the
// order added to the policy, and marks it done, tried again later, or given up. Survives restarts because the outbox
// does.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>
#include <optional>
#include <set>
#include <string>

#include "relay/log/events.hpp"
#include "relay/mail_flow.hpp"
#include "relay/quarantine/outbox.hpp"
#include "relay/quarantine/store.hpp"

namespace mugaika {

class ReleaseClerk {
public:
    ReleaseClerk(MailFlow&, QuarantineStore&, Outbox, EventLog&, boost::asio::thread_pool& disk);

    struct OrderCounts {
        std::size_t waiting = 0, held = 0, failed = 0;
    };
    OrderCounts orders() const noexcept { return orders_; }  // when it last looked

    // Looks every `pause`; never returns by itself, ends with its io_context. All references must outlive it.
    boost::asio::awaitable<void> work(std::chrono::milliseconds pause);

private:
    struct Loaded {
        std::optional<OwedOrder> owed;  // nothing: gone meanwhile
        std::optional<Error> fault;     // why item and original are not there
        std::optional<QuarantineItem> item;
        std::optional<RawMail> original;
    };
    boost::asio::awaitable<void> carry_out(std::string order_id);
    Loaded load(const std::string& order_id) const;
    void settle(const OwedOrder& tried, const FlowEnd&, std::chrono::seconds first_wait);
    void remove_delivered(const ReleaseOrder&);

    MailFlow& flow_;
    QuarantineStore& store_;
    Outbox outbox_;
    EventLog& log_;
    boost::asio::thread_pool& disk_;
    OrderCounts orders_;
    // Orders whose mail the next hop has, and that the disk did not let us remove: they are not carried out again.
    std::set<std::string> delivered_;
};

}  // namespace mugaika
