// The story of one mail: from the received bytes to the answer. See DESIGN section 2.
//
// One transaction may have recipients of several routes, or under different rules. Each group of them
// (recipient_groups.hpp) is a mail of its own from here on: own id, own profile, own composition and delivery, side by
// side in the same attempt. All are judged before anything
// is delivered. When some recipients were served, what is left becomes the relay's own: the original durably in the
// quarantine and an order durably in the outbox, then 250.
//
// DIAGNOSTICS: every failure is a row of policy/matrix.hpp; there is no other way out of take() than a row of it, the
// next hop's own answer, or a 250 that is true. An exception is a row too (judge x internal), with the mail's last
// event.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/thread_pool.hpp>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "relay/config/config.hpp"
#include "relay/engines/converters.hpp"
#include "relay/engines/scanners.hpp"
#include "relay/host/reserve.hpp"
#include "relay/inbound/inbound.hpp"
#include "relay/log/event_log.hpp"
#include "relay/outbound/outbound.hpp"
#include "relay/quarantine/outbox.hpp"
#include "relay/quarantine/store.hpp"
#include "relay/recipient_groups.hpp"
#include "relay/under_way.hpp"
#include "relay/workers/file_pool.hpp"
#include "relay/workers/worker_pool.hpp"
#include "sanitizer/finish/finish_mail.hpp"
#include "sanitizer/finish/follow_up_files.hpp"

namespace mugaika {

// How one mail ended.
struct FlowEnd {
    smtp::Reply reply;
    bool delivered = false;            // to every recipient
    std::vector<MailAddress> served;   // who has the mail, when not every recipient has
    const Outcome* outcome = nullptr;  // when not delivered
    std::string next_hop;
    std::optional<TlsFacts> tls;  // with it
    std::string why;              // for the log
    bool needs_item = false;      // what was delivered says that the original is kept
};

// How the order to judge a mail again ended, for now.
struct RerunEnd {
    FlowEnd end;                   // delivered: all that there was to deliver, if anything
    std::vector<RerunNote> notes;  // to be durable before the order goes or waits
    bool waits = false;            // for what passes by itself
};

// All lists of next hops that the routes name.
std::vector<NextHops> next_hops_of(const Config&);

class MailFlow : public MailTaker {
public:
    // All references must outlive it and every mail under way. `disk` runs what blocks on the file system, `compute`
    // what would keep the network waiting.
    MailFlow(std::shared_ptr<const Config>, WorkerPool&, FilePool&, Converters&, QuarantineStore&, Outbox, Outbound&,
             Reserve&, EventLog&, boost::asio::thread_pool& disk, boost::asio::thread_pool& compute);

    // Mails and releases that begin from now on follow it.
    void use(std::shared_ptr<const Config> config) { config_ = std::move(config); }
    // Who looks at the files of mails that begin from now on; without one nobody does.
    void use(std::shared_ptr<Scanners> scanners) { scanners_ = std::move(scanners); }

    std::size_t waiting_mails() const noexcept { return *waiting_mails_; }  // received whole, not yet answered
    std::vector<std::string> routes_down() const;  // by name: none of their next hops could be reached lately

    bool offers_dsn() const override;
    std::shared_ptr<const Config> config() const override { return config_; }
    boost::asio::awaitable<smtp::Reply> verify(std::shared_ptr<const Config>, const smtp::Envelope& so_far,
                                               const MailAddress& recipient, std::string_view session) override;
    boost::asio::awaitable<smtp::Reply> take(ReceivedMail) override;

    // The same road for a stored mail, with an order: a person's, or for the rest of a delivery. Of one for pictures
    // only these leave, all that were ordered. The caller keeps the order and the item until it ends.
    boost::asio::awaitable<FlowEnd> release(const ReleaseOrder&, const QuarantineItem&, const RawMail&);
    // The same for one that is judged again, as at its first delivery: what its recipients do not have yet follows, and
    // where there is nothing of that, nothing is sent. `runs` and `releases` are the notes beside the item. `last`:
    // what is waited for is not waited for any more.
    enum class Last : bool { no, yes };
    boost::asio::awaitable<RerunEnd> rerun(const ReleaseOrder&, const QuarantineItem&, const RawMail&,
                                           const std::vector<RerunNote>& runs, const std::vector<ReleaseNote>& releases,
                                           Last);
    // Lately nobody could be asked who converts or looks at files.
    bool engines_down() const;
    // An original that was kept for the rest of a delivery alone, which is served now. It stays where another order or
    // a session counts on it.
    boost::asio::awaitable<Result<void>> remove_item(std::string id);

private:
    struct Mail;     // one mail under way
    struct Again;    // for whom one is judged again, and what they have
    struct Attempt;  // one transaction: a mail for each group of its recipients

    boost::asio::awaitable<RecipientAnswer> ask(std::shared_ptr<const Config>, const smtp::Envelope& so_far,
                                                const MailAddress& recipient, std::string_view session);
    boost::asio::awaitable<void> run(std::shared_ptr<Attempt>);
    boost::asio::awaitable<bool> read(std::vector<std::unique_ptr<Mail>>&);
    boost::asio::awaitable<Result<WorkerAnswer>> ask_worker(Mail&, std::chrono::milliseconds patience);
    boost::asio::awaitable<void> carry_all(std::shared_ptr<Attempt>);
    boost::asio::awaitable<void> carry_next(std::shared_ptr<Attempt>);
    boost::asio::awaitable<void> carry_safely(Mail&);
    boost::asio::awaitable<void> carry(Mail&);
    boost::asio::awaitable<void> compose_and_deliver(Mail&);
    boost::asio::awaitable<void> forget_kept(Mail&);
    boost::asio::awaitable<Finished> finish(Mail&);
    boost::asio::awaitable<void> deliver(Mail&, const GatedMail&);
    boost::asio::awaitable<Result<QuarantineStore::Added>> keep_original(Mail&);
    boost::asio::awaitable<Result<void>> promise_item(Mail&);
    boost::asio::awaitable<void> promise_delivered(Mail&);
    boost::asio::awaitable<void> answer(Attempt&);
    boost::asio::awaitable<FlowEnd> release_to(std::shared_ptr<const Config>, RecipientGroup, const ReleaseOrder&,
                                               const QuarantineItem&, const RawMail&);
    // Of an order: nobody asked at RCPT time for this mail. Who is refused leaves the envelope; why, if any was.
    enum class AskUntil { all, first_refusal };
    boost::asio::awaitable<std::optional<FlowEnd>> leave_out_refused(std::shared_ptr<const Config>, smtp::Envelope&,
                                                                     std::string session, AskUntil);
    boost::asio::awaitable<RerunEnd> rerun_for(std::shared_ptr<const Config>, RecipientGroup, const Again&);
    FollowUpRest leave_new(Mail&, const Again&);
    boost::asio::awaitable<RerunEnd> send_follow_up(Mail&, const Again&, const FollowUpRest&);
    boost::asio::awaitable<std::optional<FlowEnd>> stopped_by_scanners(Mail&);
    std::optional<FlowEnd> leave_pictures(Mail&);
    boost::asio::awaitable<Result<void>> owe(Mail&);
    boost::asio::awaitable<void> owe_reruns(Attempt&);
    boost::asio::awaitable<Result<void>> owe_what_follows(Mail&);
    Result<void> note_what_came(const ReleaseOrder&, RerunNote, const Ledger& now);
    boost::asio::awaitable<void> take_back_orders(Attempt&);
    boost::asio::awaitable<void> settle(Mail&);
    void log_end(Mail&);

    std::shared_ptr<const Config> config_;
    WorkerPool& workers_;
    FilePool& files_;
    Converters& converters_;
    QuarantineStore& store_;
    Outbox outbox_;
    Outbound& outbound_;
    std::shared_ptr<Scanners> scanners_;
    Reserve& reserve_;
    std::shared_ptr<std::size_t> waiting_mails_ = std::make_shared<std::size_t>(0);
    EventLog& log_;
    boost::asio::thread_pool& disk_;
    boost::asio::thread_pool& compute_;
    std::shared_ptr<UnderWay> under_way_ = std::make_shared<UnderWay>();
};

}  // namespace mugaika
