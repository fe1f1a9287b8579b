// The story of one mail: from the received bytes to the answer. See DESIGN section 2.
//
// DIAGNOSTICS: every failure is a row of policy/matrix.hpp; there is no other way out of take() than a row of it, the
// next hop's own answer, or a 250 that is true.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relay/config/config.hpp"
#include "relay/host/reserve.hpp"
#include "relay/inbound/inbound.hpp"
#include "relay/log/events.hpp"
#include "relay/outbound/outbound.hpp"
#include "relay/quarantine/store.hpp"
#include "relay/workers/worker_pool.hpp"
#include "sanitizer/finish/finish_mail.hpp"

namespace mugaika {

// How one mail ended.
struct FlowEnd {
    smtp::Reply reply;
    bool delivered = false;
    const Outcome* outcome = nullptr;  // when not delivered
    std::string next_hop;
    std::optional<TlsFacts> tls;  // with it
    std::string why;              // for the log
};

// All lists of next hops that the routes name.
std::vector<NextHops> next_hops_of(const Config&);

class MailFlow : public MailTaker {
public:
    // All references must outlive it and every mail under way. `disk` runs what blocks on the file system.
    MailFlow(std::shared_ptr<const Config>, WorkerPool&, QuarantineStore&, Outbound&, Reserve&, EventLog&,
             boost::asio::thread_pool& disk);

    // Mails and releases that begin from now on follow it.
    void use(std::shared_ptr<const Config> config) { config_ = std::move(config); }

    std::size_t waiting_mails() const noexcept { return *waiting_mails_; }  // received whole, not yet answered
    std::vector<std::string> routes_down() const;  // by name: none of their next hops could be reached lately

    bool offers_dsn() const override;
    std::shared_ptr<const Config> config() const override { return config_; }
    boost::asio::awaitable<smtp::Reply> verify(std::shared_ptr<const Config>, const smtp::Envelope& so_far,
                                               const MailAddress& recipient, std::string_view session) override;
    boost::asio::awaitable<smtp::Reply> take(ReceivedMail) override;

    // The same road for a stored mail, with an order. The caller keeps the order and the item until it ends.
    boost::asio::awaitable<FlowEnd> release(const ReleaseOrder&, const QuarantineItem&, const RawMail&);

private:
    struct Mail;  // one mail under way

    boost::asio::awaitable<RecipientAnswer> ask(std::shared_ptr<const Config>, const smtp::Envelope& so_far,
                                                const MailAddress& recipient, std::string_view session);
    boost::asio::awaitable<FlowEnd> run(Mail&);
    boost::asio::awaitable<FlowEnd> hold_and_deliver(Mail&, Verdict);
    boost::asio::awaitable<Result<void>> keep_original(Mail&);
    boost::asio::awaitable<void> settle(Mail&, const FlowEnd&);
    void log_end(Mail&, const FlowEnd&);

    // Mails under way by id: the same mail may come twice at once, and then only the last one to fail may take its
    // original out of the quarantine again.
    struct UnderWay {
        unsigned sessions = 0;
        bool added_now = false;
        bool delivered = false;
        bool taking_back = false;  // its original is being removed: nobody may count on it now
    };

    std::shared_ptr<const Config> config_;
    WorkerPool& workers_;
    QuarantineStore& store_;
    Outbound& outbound_;
    Reserve& reserve_;
    std::shared_ptr<std::size_t> waiting_mails_ = std::make_shared<std::size_t>(0);
    EventLog& log_;
    boost::asio::thread_pool& disk_;
    std::map<std::string, UnderWay, std::less<>> under_way_;
};

}  // namespace mugaika
