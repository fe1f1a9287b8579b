// Carries out release orders: takes what is due from the outbox, sends the stored mail through the mail flow with the
// order added to the policy, and marks it done, tried again later, or given up. Survives restarts because the outbox
// does.
#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <chrono>

#include "relay/log/events.hpp"
#include "relay/mail_flow.hpp"
#include "relay/quarantine/outbox.hpp"
#include "relay/quarantine/store.hpp"

namespace mugaika {

class ReleaseClerk {
public:
    ReleaseClerk(MailFlow&, QuarantineStore&, Outbox, EventLog&, boost::asio::thread_pool& disk);

    // Looks every `pause`; never returns by itself, ends with its io_context. All references must outlive it.
    boost::asio::awaitable<void> work(std::chrono::milliseconds pause);

private:
    struct Loaded {
        QuarantineItem item;
        RawMail original;
    };
    boost::asio::awaitable<void> carry_out(OwedOrder);
    Result<Loaded> load(const std::string& item_id) const;
    void settle(OwedOrder, const FlowEnd&);

    MailFlow& flow_;
    QuarantineStore& store_;
    Outbox outbox_;
    EventLog& log_;
    boost::asio::thread_pool& disk_;
};

}  // namespace mugaika
