#include "relay/mail_flow.hpp"

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>
#include <stdexcept>

#include "relay/async/disk.hpp"
#include "relay/file_road.hpp"
#include "relay/log/address_texts.hpp"
#include "relay/mail_flow_mail.hpp"
#include "relay/quarantine/item.hpp"
#include "sanitizer/finish/errands.hpp"
#include "sanitizer/finish/follow_up_files.hpp"
#include "sanitizer/finish/released_parts.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;
using Steady = StageTimes::Clock;

constexpr std::chrono::milliseconds patience_for_a_worker{30000};
// Of one mail that is composed for several routes at once, by the size that was received; one route always goes on.
constexpr std::size_t composed_together_bytes_max = 64u << 20;

bool speaks_for_sender(const WorkerAnswer& answer) noexcept {
    return answer.extract && mugaika::speaks_for_sender(answer.extract->header.authentication);
}

// Most mails have none, and nobody asks for them what can be drawn here.
bool keeps_files(const WorkerAnswer& answer) noexcept {
    return answer.extract &&
           std::any_of(answer.extract->parts.begin(), answer.extract->parts.end(), [](const auto& row) {
               return row.verdict == PartVerdict::quarantined || row.verdict == PartVerdict::removed;
           });
}

FlowEnd cut_off(const std::exception& fault) { return ended(outcome<Stage::judge, Failure::internal>(), fault.what()); }

RecipientAnswer answer_from(const Outcome& row) { return {smtp::reply_from(row), &row}; }

QuarantineItem item_of(const ReceivedMail& received, const Route& route, const smtp::Envelope& envelope) {
    QuarantineItem item;
    item.id = message_id_for(received.raw.sha256(), envelope);
    item.route = route.name();
    item.envelope = envelope;
    item.client_address = received.client_address;
    item.client_helo = received.client_helo;
    item.protocol = received.protocol;
    if (received.from_trusted_hop) item.believed_ids = received.config->authentication_results_from;
    item.received_at = received.received_at;
    item.original_bytes = received.raw.size();
    item.original_sha256 = received.raw.sha256();
    item.ledger.id = item.id;  // the rest of it when the mail is composed
    item.ledger.in_bytes = item.original_bytes;
    item.ledger.in_sha256 = item.original_sha256;
    return item;
}

// Counts a mail as long as it lives, however its coroutine ends; that may be after the flow.
class Counted {
public:
    explicit Counted(std::shared_ptr<std::size_t> count) noexcept : count_(std::move(count)) { ++*count_; }
    ~Counted() { --*count_; }
    Counted(const Counted&) = delete;
    Counted& operator=(const Counted&) = delete;

private:
    std::shared_ptr<std::size_t> count_;
};

}  // namespace

std::vector<NextHops> next_hops_of(const Config& config) {
    std::vector<NextHops> all;
    for (const Route& route : config.routes) all.push_back(hops_of(route));
    return all;
}

MailFlow::MailFlow(std::shared_ptr<const Config> config, WorkerPool& workers, FilePool& files, Converters& converters,
                   QuarantineStore& store, Outbox outbox, Outbound& outbound, Reserve& reserve, EventLog& log,
                   asio::thread_pool& disk, asio::thread_pool& compute)
    : config_(std::move(config)),
      workers_(workers),
      files_(files),
      converters_(converters),
      store_(store),
      outbox_(std::move(outbox)),
      outbound_(outbound),
      reserve_(reserve),
      log_(log),
      disk_(disk),
      compute_(compute) {}

bool MailFlow::offers_dsn() const {
    const auto& routes = config_->routes;
    return std::all_of(routes.begin(), routes.end(),
                       [this](const Route& route) { return outbound_.offers_dsn(hops_of(route)); });
}

std::vector<std::string> MailFlow::routes_down() const {
    std::vector<std::string> down;
    for (const Route& route : config_->routes) {
        if (outbound_.known_down(hops_of(route))) down.push_back(route.name());
    }
    return down;
}

asio::awaitable<smtp::Reply> MailFlow::verify(std::shared_ptr<const Config> config, const smtp::Envelope& so_far,
                                              const MailAddress& recipient, std::string_view session) {
    const RecipientAnswer answer = co_await ask(std::move(config), so_far, recipient, session);
    co_return answer.reply;
}

asio::awaitable<RecipientAnswer> MailFlow::ask(std::shared_ptr<const Config> config, const smtp::Envelope& so_far,
                                               const MailAddress& recipient, std::string_view session) {
    MailTag tag;
    tag.session = std::string(session);
    const Route* route = config->route_for_domain(recipient.domain());
    RecipientAnswer answer;
    if (route == nullptr) {
        answer = answer_from(outcome<Stage::recipient, Failure::foreign_domain>());
    } else if (const Outcome* short_of = reserve_.shortage(config->limits.reserve, waiting_mails())) {
        answer = answer_from(*short_of);
    } else {
        tag.route = route->name();
        NextHops hops = hops_of(*route);
        smtp::Envelope envelope = so_far;
        MailAddress address = recipient;
        RecipientAnswer asked =
            co_await outbound_.verify(std::move(hops), std::move(envelope), std::move(address), tag.session);
        answer = std::move(asked);
    }
    if (answer.outcome != nullptr) {
        std::optional<std::string> from;
        if (!tag.session.empty()) from = so_far.sender_text();  // an order asks in nobody's name
        log_.write(
            event::RecipientRefused{std::move(tag), std::move(from), recipient.text(), answer.reply, answer.why});
    }
    co_return answer;
}

asio::awaitable<smtp::Reply> MailFlow::take(ReceivedMail received) {
    const Counted waiting(waiting_mails_);
    const auto attempt = std::make_shared<Attempt>(std::move(received));
    const ReceivedMail& whole = attempt->received;
    for (RecipientGroup& group : grouped(*whole.config, whole.envelope)) {
        if (group.route == nullptr) co_return smtp::reply_from(outcome<Stage::recipient, Failure::foreign_domain>());
        QuarantineItem item = item_of(whole, *group.route, group.envelope);
        auto mail = std::make_unique<Mail>(whole.config, std::move(group), whole.raw, std::move(item));
        mail->tag.session = whole.session;
        mail->times = whole.times;
        mail->place.emplace(under_way_, mail->item.id);
        attempt->mails.push_back(std::move(mail));
    }
    for (const auto& mail : attempt->mails) {
        log_.write(event::MessageReceived{mail->tag, mail->envelope.sender_text(),
                                          address_texts(mail->envelope.recipients), whole.client_address, whole.tls,
                                          whole.raw.size(), whole.raw.sha256()});
    }
    try {
        co_await run(attempt);
    } catch (const std::exception& fault) {
        // What ended before has its end; what was under way is the sender's.
        const FlowEnd end = cut_off(fault);
        for (const auto& mail : attempt->mails) {
            if (!mail->end.delivered && mail->end.outcome == nullptr) mail->end = end;
        }
        attempt->reply = end.reply;
    }
    for (const auto& mail : attempt->mails) {
        co_await settle(*mail);
        log_end(*mail);
    }
    // To give the blocks of a large file back takes the file system its time, which is not the network's.
    if (whole.raw.size() > whole.config->limits.smtp.memory_bytes_max) {
        asio::post(disk_, [done = std::move(attempt->received.raw)] {});
    }
    co_return attempt->reply;
}

// Workers, then for each group composer, gate, quarantine, next hop: in this order, each once.
asio::awaitable<void> MailFlow::run(std::shared_ptr<Attempt> attempt) {
    auto& mails = attempt->mails;
    const bool all_read = co_await read(mails);
    if (!all_read) {
        attempt->reply = mails.front()->end.reply;
        co_return;
    }
    // Judged before anything is delivered: 5xx is said only when the policy refuses the mail to everyone.
    const auto is_refused = [](const std::unique_ptr<Mail>& mail) {
        return decide(*mail->answer, mail->profile, Release::no).verdict == MailVerdict::refused;
    };
    if (!std::all_of(mails.begin(), mails.end(), is_refused)) {
        for (const auto& mail : mails) mail->on_refusal = FinishFacts::OnRefusal::hold;
    }
    co_await carry_all(attempt);
    for (const auto& mail : mails) {
        // Its lane ended before its turn, or within it: every end has its row.
        const bool has_ended = mail->end.delivered || mail->end.outcome != nullptr;
        if (!has_ended) mail->end = cut_off(std::runtime_error("the work for these recipients was cut off"));
    }
    co_await answer(*attempt);
    co_await owe_reruns(*attempt);
}

// Mails under the same profiles share one answer. False: every mail has ended, no worker could be asked.
asio::awaitable<bool> MailFlow::read(std::vector<std::unique_ptr<Mail>>& mails) {
    for (const auto& mail : mails) {
        if (mail->answer) continue;
        const Steady::time_point asked = Steady::now();
        // Whoever may take no longer than its deadline does not wait longer than that for a worker.
        const auto patience =
            std::min<std::chrono::milliseconds>(patience_for_a_worker, mail->config->limits.smtp.mail_deadline);
        Result<WorkerAnswer> given = co_await ask_worker(*mail, patience);
        if (!given) {
            const FlowEnd end =
                ended(given.error().fault() == Fault::timeout ? outcome<Stage::worker, Failure::busy>()
                                                              : outcome<Stage::worker, Failure::unavailable>(),
                      given.error().words());
            for (const auto& one : mails) one->end = end;
            mail->times.end(Stage::worker, asked);
            co_return false;
        }
        const auto release = mail->is_release() ? Release::yes : Release::no;
        if (given->extract && mail->is_release()) keep_forbidden(*given->extract, *mail->stored);
        // One that is judged again may have been a false alarm, which a scanner says, and not that there is none.
        const bool has_scanners = scanners_ && !scanners_->empty();
        if (given->extract && mail->is_rerun() && !has_scanners) keep_forbidden(*given->extract, mail->found_so_far);
        if (given->extract && lets_files_cross(*given->extract, mail->profile, release)) {
            const auto until = Steady::now() + mail->files_deadline();
            const RoadRules rules = mail->road_rules();
            FileTools tools{files_, converters_, scanners_, log_};
            co_await rebuild_files(std::move(tools), *given->extract, mail->profile, mail->config->limits.budget,
                                   mail->raw, mail->tag, until, rules);
            if (mail->lets_files_follow()) announce_late(*given->extract);
        }
        const auto shared = std::make_shared<const WorkerAnswer>(std::move(*given));
        for (const auto& one : mails) {
            if (one->profiles != mail->profiles) continue;
            one->profile = mail->profile;
            one->times.end(Stage::worker, asked);
            one->take_up(shared);
        }
    }
    co_return true;
}

// What a mail says of its sender is known only when a worker has read it. Where that makes other rules speak it is read
// anew under them, and counts when the second answer says the same.
asio::awaitable<Result<WorkerAnswer>> MailFlow::ask_worker(Mail& mail, std::chrono::milliseconds patience) {
    const Job job = mail.job();
    Result<WorkerAnswer> given = co_await workers_.ask(job, mail.raw, mail.tag, patience);
    if (!given || !speaks_for_sender(*given) || mail.profiles.if_authenticated == mail.profile) co_return given;
    mail.profile = mail.profiles.if_authenticated;
    const Job job_again = mail.job();
    Result<WorkerAnswer> again = co_await workers_.ask(job_again, mail.raw, mail.tag, patience);
    if (!again || speaks_for_sender(*again)) co_return again;
    mail.profile = mail.profiles.as_received;
    co_return given;
}

// Side by side, so that one slow next hop does not cost the others their time; bounded, because each holds a whole
// mail.
asio::awaitable<void> MailFlow::carry_all(std::shared_ptr<Attempt> attempt) {
    if (attempt->mails.size() == 1) {
        co_await carry_safely(*attempt->mails.front());
        co_return;
    }
    const auto executor = co_await asio::this_coro::executor;
    const std::size_t fit = composed_together_bytes_max / (attempt->received.raw.size() + 1);
    const std::size_t lanes = std::min(
        {attempt->mails.size(), attempt->received.config->limits.flow.deliveries_max, std::max<std::size_t>(fit, 1)});
    auto start = [this, executor, attempt, lanes](auto done) {
        const auto left = std::make_shared<std::size_t>(lanes);
        for (std::size_t i = 0; i < lanes; ++i) {
            asio::co_spawn(executor, carry_next(attempt), [left, done](std::exception_ptr) {
                if (--*left == 0) done(true);
            });
        }
    };
    co_await await_callback<bool>(std::move(start));
}

asio::awaitable<void> MailFlow::carry_next(std::shared_ptr<Attempt> attempt) {
    while (attempt->next < attempt->mails.size()) {
        Mail& mail = *attempt->mails[attempt->next++];
        co_await carry_safely(mail);
    }
}

asio::awaitable<void> MailFlow::carry_safely(Mail& mail) {
    try {
        co_await carry(mail);
        if (mail.end.needs_item) {
            co_await promise_delivered(mail);
        }
    } catch (const std::exception& fault) {
        mail.end = cut_off(fault);
    }
}

// A mail that the next hop refuses for its size is composed once more, for what is known of it now: its sender could
// not make it smaller. Where nothing is known, because it takes less than it says or says nothing, all files stay.
asio::awaitable<void> MailFlow::carry(Mail& mail) {
    const NextHops hops = hops_of(mail.route);
    mail.size_max = outbound_.size_max(hops);
    co_await compose_and_deliver(mail);
    if (!mail.too_large || mail.is_release() || !mail.has_rebuilt_files()) co_return;
    const std::uint64_t known = outbound_.size_max(hops);
    const std::uint64_t sent = mail.item.ledger.out_bytes;
    const std::uint64_t fits = known != 0 && known < sent ? known : 1;
    if (fits == mail.size_max) co_return;  // as small as it gets
    mail.size_max = fits;
    co_await forget_kept(mail);
    co_await compose_and_deliver(mail);
}

// So that what is kept of the mail says what left in its place.
asio::awaitable<void> MailFlow::forget_kept(Mail& mail) {
    if (!mail.kept || !mail.place || !mail.place->may_replace()) co_return;
    try {
        auto take_back = [this, id = mail.item.id] { return store_.take_back(id); };
        const Result<bool> gone = co_await on_disk(disk_, std::move(take_back));
        mail.kept = !gone || !*gone;
    } catch (const std::exception&) {
        // It stays with the ledger that it has.
    }
    mail.place->taken_back();
    if (mail.kept) mail.place->added_now();
}

asio::awaitable<void> MailFlow::compose_and_deliver(Mail& mail) {
    Finished finished = co_await finish(mail);
    for (const std::string& alarm : finished.alarms) log_.write(event::GateRefused{mail.tag, alarm});
    mail.verdict = finished.verdict;
    mail.item.ledger = std::move(finished.ledger);
    if (!finished.mail) {
        mail.end = ended(*finished.outcome, finished.alarms.empty() ? std::string(to_string(mail.verdict.reason))
                                                                    : finished.alarms.back());
        co_return;
    }
    const bool is_needed = mail.verdict.keep_original || announces_files(mail.item.ledger);
    if (is_needed && !mail.kept) {
        const auto added = co_await keep_original(mail);
        if (!added) {
            mail.end = keeping_failed(added.error());
            co_return;
        }
    }
    if (mail.is_rerun() && !mail.says_not_coming && brought_parts(mail.item.ledger, *mail.stored).empty()) {
        mail.nothing_to_send = true;  // what was new is too large for the next hop
        co_return;
    }
    const auto worker_us = static_cast<std::uint64_t>(mail.times.of(Stage::worker).value().count());
    log_.write(event::MessageSanitized{mail.tag, mail.item.ledger, worker_us});
    if (mail.is_past_its_deadline()) {
        mail.end = ended(outcome<Stage::deliver, Failure::timeout>(), "the mail took longer than its deadline");
        co_return;
    }
    co_await deliver(mail, *finished.mail);
}

// Verdict, composer, gate and digests, beside the network thread where that takes its time.
asio::awaitable<Finished> MailFlow::finish(Mail& mail) {
    const Steady::time_point composing = Steady::now();
    FinishFacts facts = mail.finish_facts();
    if (keeps_files(*mail.answer)) facts.pages = converters_.pages_drawn();
    Finished finished;
    if (bytes_to_write(*mail.answer) <= mail.config->limits.flow.composed_at_once_bytes_max) {
        finished = mugaika::finish(*mail.answer, mail.profile, std::move(facts));
    } else {
        auto work = [answer = mail.answer, config = mail.config, profile = mail.profile, given = std::move(facts)] {
            return mugaika::finish(*answer, profile, given);
        };
        Finished composed = co_await on_pool(compute_, std::move(work));
        finished = std::move(composed);
    }
    mail.times.end(Stage::compose, composing);
    co_return finished;
}

asio::awaitable<void> MailFlow::deliver(Mail& mail, const GatedMail& composed) {
    NextHops hops = hops_of(mail.route);
    smtp::Envelope envelope = mail.envelope;
    const Steady::time_point delivering = Steady::now();
    Delivery delivery = co_await outbound_.deliver(std::move(hops), std::move(envelope), composed);
    mail.times.end(Stage::deliver, delivering);
    FlowEnd& end = mail.end;
    end.reply = std::move(delivery.reply);
    end.delivered = delivery.delivered;
    end.outcome = delivery.outcome;
    mail.too_large = delivery.too_large;
    end.next_hop = std::move(delivery.next_hop);
    end.tls = std::move(delivery.tls);
    end.why = std::move(delivery.why);
    for (const std::size_t taken : delivery.taken) {
        if (!end.delivered) end.served.push_back(mail.envelope.recipients.at(taken));
    }
    end.needs_item = mail.verdict.keep_original && (end.delivered || !end.served.empty());
    // The sender sees our id: it is what an administrator asks for.
    if (end.delivered) end.reply.words = "Ok, id " + mail.tag.id + ": " + end.reply.words;
}

asio::awaitable<Result<QuarantineStore::Added>> MailFlow::keep_original(Mail& mail) {
    using Added = QuarantineStore::Added;
    // The same mail again while its original is on its way out: found now, it would be gone before the 250.
    if (under_way_->is_being_removed(mail.item.id)) {
        co_return Error(Fault::unavailable, "the same mail is just being taken out of the quarantine");
    }
    auto start = [this, &mail](auto done) { store_.add_async(mail.item, mail.raw, std::move(done)); };
    const Steady::time_point keeping = Steady::now();
    const Result<Added> added = co_await await_callback<Result<Added>>(std::move(start));
    mail.times.end(Stage::quarantine, keeping);
    if (!added && added.error().fault() == Fault::protocol) {
        log_.write(event::QuarantineConflict{mail.tag, added.error().words()});
    }
    if (!added) co_return added.error();
    mail.kept = true;
    if (*added == Added::now) mail.place->added_now();
    mail.was_kept_before = *added == Added::before;
    co_return *added;
}

// What the client is told, once every mail has ended. 250: whoever does not have it gets it from the relay's outbox.
asio::awaitable<void> MailFlow::answer(Attempt& attempt) {
    const auto& mails = attempt.mails;
    const auto is_delivered = [](const auto& mail) { return mail->end.delivered; };
    const auto is_undelivered = [](const auto& mail) { return !mail->end.delivered && mail->end.served.empty(); };
    attempt.reply = mails.front()->end.reply;
    if (mails.size() == 1 && (is_delivered(mails.front()) || is_undelivered(mails.front()))) co_return;
    if (std::all_of(mails.begin(), mails.end(), is_delivered)) {
        attempt.reply.words = "Ok, id " + mails.front()->item.id + " and " + std::to_string(mails.size() - 1) +
                              " more, one for each route or profile";
        co_return;
    }
    if (std::all_of(mails.begin(), mails.end(), is_undelivered)) {
        const auto for_now = [](const auto& mail) { return !mail->end.reply.permanent(); };
        const auto first = std::find_if(mails.begin(), mails.end(), for_now);
        if (first == mails.end()) co_return;
        attempt.reply = (*first)->end.reply;
        for (const auto& mail : mails) {
            if (!mail->end.reply.permanent()) continue;
            mail->end.why +=
                (mail->end.why.empty() ? "" : "; ") + mail->end.reply.words + "; asked for again with the others";
            mail->end.reply = attempt.reply;
        }
        co_return;
    }
    attempt.reply = smtp::reply_from(outcome<Stage::deliver, Failure::partly>());
    attempt.reply.words += ", id " + mails.front()->item.id;
    for (const auto& mail : mails) {
        if (mail->end.delivered) continue;
        const Result<void> owed = co_await owe(*mail);
        if (owed) continue;
        const FlowEnd failed = keeping_failed(owed.error());
        attempt.reply = failed.reply;
        mail->end.reply = failed.reply;
        mail->end.outcome = failed.outcome;
        mail->end.why +=
            (mail->end.why.empty() ? "" : "; ") + failed.why +
            "; other recipients have the mail, and get it again with the same Message-ID when it comes again";
        co_await take_back_orders(attempt);
        co_return;
    }
}

// Nothing is kept of a mail that its sender still owns, unless another relay has answered for it.
asio::awaitable<void> MailFlow::settle(Mail& mail) {
    if (mail.end.needs_item || mail.owed || mail.follows) mail.place->needs_item();
    if (!mail.place->leave()) co_return;
    try {
        auto take_back = [this, id = mail.item.id] { return store_.take_back(id); };
        const Result<bool> gone = co_await on_disk(disk_, std::move(take_back));
        mail.kept = !gone || !*gone;
    } catch (const std::exception&) {
        // An item that stays is no harm: the mail's retry finds it.
    }
    mail.place->taken_back();
}

}  // namespace mugaika
