#include "relay/mail_flow.hpp"

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <optional>

#include "relay/async/disk.hpp"
#include "relay/log/timestamp.hpp"
#include "relay/quarantine/item.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;
using Steady = std::chrono::steady_clock;

constexpr std::chrono::milliseconds patience_for_a_worker{30000};

FlowEnd ended(const Outcome& outcome, std::string why) {
    FlowEnd end;
    end.outcome = &outcome;
    end.reply = smtp::reply_from(outcome);
    end.why = std::move(why);
    return end;
}

FlowEnd keeping_failed(const Error& error) {
    return ended(error.fault() == Fault::disk_full ? outcome<Stage::quarantine, Failure::disk_full>()
                                                   : outcome<Stage::quarantine, Failure::io>(),
                 error.words());
}

RecipientAnswer answer_from(const Outcome& row) { return {smtp::reply_from(row), &row}; }

// What the answer about a recipient means for an order.
const Outcome& release_row_of(const Outcome& row) noexcept {
    switch (row.failure) {
        case Failure::refused:
        case Failure::foreign_domain:  // its route has gone
            return outcome<Stage::release, Failure::refused>();
        case Failure::refused_for_now:
            return outcome<Stage::release, Failure::refused_for_now>();
        default:  // nobody could be asked, or there was no room to ask
            return outcome<Stage::release, Failure::unavailable>();
    }
}

const Route* route_of(const Config& config, const smtp::Envelope& envelope) noexcept {
    return envelope.recipients.empty() ? nullptr : config.route_for_domain(envelope.recipients.front().domain());
}

NextHops hops_of(const Route& route) {
    NextHops hops;
    for (const HostPort& hop : route.next_hops) hops.hosts.emplace_back(hop.host, hop.port);
    hops.tls = route.tls;
    hops.tls_context = route.tls_context;
    hops.source_address = route.source_address;
    hops.connections_max = route.connections_max;
    return hops;
}

QuarantineItem item_of(const ReceivedMail& received, const Route& route) {
    QuarantineItem item;
    item.id = message_id_for(received.raw.sha256(), received.envelope);
    item.route = route.name();
    item.envelope = received.envelope;
    item.client_address = received.client_address;
    item.client_helo = received.client_helo;
    item.protocol = received.protocol;
    if (received.from_trusted_hop) item.believed_ids = received.config->authentication_results_from;
    item.received_at = received.received_at;
    item.original_bytes = received.raw.size();
    item.original_sha256 = received.raw.sha256();
    return item;
}

// Counts a mail as long as it lives, however its coroutine ends; that may be after the flow.
class Waiting {
public:
    explicit Waiting(std::shared_ptr<std::size_t> count) noexcept : count_(std::move(count)) { ++*count_; }
    ~Waiting() { --*count_; }
    Waiting(const Waiting&) = delete;
    Waiting& operator=(const Waiting&) = delete;

private:
    std::shared_ptr<std::size_t> count_;
};

}  // namespace

std::vector<NextHops> next_hops_of(const Config& config) {
    std::vector<NextHops> all;
    for (const Route& route : config.routes) all.push_back(hops_of(route));
    return all;
}

struct MailFlow::Mail {
    Mail(std::shared_ptr<const Config> c, const Route& r, const smtp::Envelope& e, const RawMail& m, QuarantineItem i)
        : config(std::move(c)), route(r), profile(config->profile_of(r)), envelope(e), raw(m), item(std::move(i)) {
        tag.id = item.id;
        tag.route = route.name();
        facts.id = item.id;
        facts.hostname = config->hostname;
        facts.client_helo = item.client_helo;
        facts.client_address = item.client_address;
        facts.protocol = item.protocol;
        facts.received_at = item.received_at;
        facts.utc_offset_minutes = local_utc_offset_minutes(item.received_at);
        facts.language = route.language;
        facts.original_bytes = raw.size();
    }

    const std::shared_ptr<const Config> config;  // keeps route and profile alive over a reload
    const Route& route;
    const Profile& profile;
    const smtp::Envelope& envelope;  // whom it goes to; for a release others than the item's
    const RawMail& raw;
    QuarantineItem item;  // what is or would be kept; its ledger is filled once the verdict is known
    MailTag tag;
    ComposeFacts facts;
    const Steady::time_point started = Steady::now();
    StageTimes times;
    WorkerAnswer answer;
    Verdict verdict;
    bool kept = false;

    bool is_release() const noexcept { return facts.order != nullptr; }
};

MailFlow::MailFlow(std::shared_ptr<const Config> config, WorkerPool& workers, QuarantineStore& store,
                   Outbound& outbound, Reserve& reserve, EventLog& log, asio::thread_pool& disk)
    : config_(std::move(config)),
      workers_(workers),
      store_(store),
      outbound_(outbound),
      reserve_(reserve),
      log_(log),
      disk_(disk) {}

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
    } else if (!so_far.recipients.empty() && route_of(*config, so_far) != route) {
        // One transaction has one profile, one composition and one final answer; the sender splits the mail.
        answer = answer_from(outcome<Stage::recipient, Failure::other_route>());
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
        log_.recipient_refused(tag, so_far, recipient.text(), answer.reply, answer.why);
    }
    co_return answer;
}

asio::awaitable<smtp::Reply> MailFlow::take(ReceivedMail received) {
    const Route* route = route_of(*received.config, received.envelope);
    if (route == nullptr) co_return smtp::reply_from(outcome<Stage::recipient, Failure::foreign_domain>());

    Mail mail(received.config, *route, received.envelope, received.raw, item_of(received, *route));
    mail.tag.session = received.session;
    mail.times = received.times;
    const std::string id = mail.tag.id;
    const Waiting waiting(waiting_mails_);

    log_.message_received(mail.tag, received.envelope, received.client_address, received.tls, received.raw.size(),
                          received.raw.sha256());
    ++under_way_[id].sessions;
    FlowEnd end = co_await run(mail);
    co_await settle(mail, end);
    log_end(mail, end);
    co_return end.reply;
}

asio::awaitable<FlowEnd> MailFlow::release(const ReleaseOrder& order, const QuarantineItem& item, const RawMail& raw) {
    smtp::Envelope envelope = item.envelope;
    envelope.recipients = order.recipients;
    const std::shared_ptr<const Config> config = config_;
    const Route* route = route_of(*config, envelope);
    bool one_route = route != nullptr;
    for (const MailAddress& recipient : envelope.recipients) {
        one_route = one_route && config->route_for_domain(recipient.domain()) == route;
    }
    if (!one_route)
        co_return ended(outcome<Stage::release, Failure::malformed>(), "the recipients are not of one route");

    // Nobody asked at RCPT time for this mail: a recipient who is gone must end the order, not be tried for days.
    for (const MailAddress& recipient : envelope.recipients) {
        const smtp::Envelope nobody_yet;
        const RecipientAnswer answer = co_await ask(config, nobody_yet, recipient, std::string_view());
        if (answer.outcome == nullptr) continue;
        FlowEnd end = ended(release_row_of(*answer.outcome), recipient.text());
        end.reply = answer.reply;
        co_return end;
    }

    Mail mail(config, *route, envelope, raw, item);
    mail.facts.original_kept = true;
    mail.facts.order = &order;
    mail.kept = true;
    FlowEnd end = co_await run(mail);
    log_end(mail, end);
    co_return end;
}

// Worker, verdict, quarantine, composer, gate, next hop: in this order, each once.
asio::awaitable<FlowEnd> MailFlow::run(Mail& mail) {
    Job job;
    job.profile = mail.profile;
    job.budget = mail.config->limits.budget;
    job.mail_bytes = mail.raw.size();
    job.believed_ids = mail.item.believed_ids;
    if (mail.is_release() && mail.profile.release_originals) job.released_parts = mail.facts.order->parts;

    const Steady::time_point asked = Steady::now();
    // Whoever may take no longer than its deadline does not wait longer than that for a worker.
    const auto patience =
        std::min<std::chrono::milliseconds>(patience_for_a_worker, mail.config->limits.smtp.mail_deadline);
    Result<WorkerAnswer> answer = co_await workers_.ask(job, mail.raw, mail.tag, patience);
    mail.times.end(Stage::worker, asked);
    if (!answer) {
        co_return ended(answer.error().fault() == Fault::timeout ? outcome<Stage::worker, Failure::busy>()
                                                                 : outcome<Stage::worker, Failure::unavailable>(),
                        answer.error().words());
    }
    mail.answer = std::move(*answer);
    if (mail.answer.extract) {
        mail.tag.message_id = mail.answer.extract->header.message_id;
        mail.item.subject = mail.answer.extract->header.subject;
        mail.item.from_text = author_text(mail.answer.extract->header);
    }
    const Release release = mail.is_release() ? Release::yes : Release::no;
    const Verdict verdict = decide(mail.answer, mail.profile, release);
    if (verdict.verdict == MailVerdict::refused) {
        mail.verdict = verdict;
        co_return ended(refusal_of(verdict), std::string(to_string(verdict.reason)));
    }
    FlowEnd end = co_await hold_and_deliver(mail, verdict);
    co_return end;
}

asio::awaitable<FlowEnd> MailFlow::hold_and_deliver(Mail& mail, Verdict verdict) {
    mail.verdict = verdict;
    mail.item.ledger = make_ledger(mail.answer, verdict, mail.tag.id, mail.raw.size(), mail.raw.sha256());
    if (verdict.keep_original && !mail.kept) {
        const Result<void> kept = co_await keep_original(mail);
        if (!kept) co_return keeping_failed(kept.error());
    }
    mail.facts.original_kept = mail.kept;
    const std::string sender = mail.envelope.sender_text();
    const Steady::time_point composing = Steady::now();
    Result<GatedMail> composed = compose_and_gate(mail.answer, verdict, mail.profile, mail.facts, sender);
    mail.times.end(Stage::compose, composing);
    if (!composed) {
        log_.gate_refused(mail.tag, composed.error().words());
        const bool second_time = verdict.reason == Reason::gate_refused;
        if (second_time) co_return ended(outcome<Stage::gate, Failure::internal>(), composed.error().words());
        if (mail.is_release()) co_return ended(outcome<Stage::release, Failure::nonsense>(), composed.error().words());
        const Verdict held = hold(Reason::gate_refused);
        FlowEnd end = co_await hold_and_deliver(mail, held);
        co_return end;
    }
    note_output(mail.item.ledger, *composed);
    log_.message_sanitized(mail.tag, mail.item.ledger, mail.times.of(Stage::worker).value());
    if (Steady::now() > mail.started + mail.config->limits.smtp.mail_deadline) {
        co_return ended(outcome<Stage::deliver, Failure::timeout>(), "the mail took longer than its deadline");
    }
    NextHops hops = hops_of(mail.route);
    smtp::Envelope envelope = mail.envelope;
    const Steady::time_point delivering = Steady::now();
    Delivery delivery = co_await outbound_.deliver(std::move(hops), std::move(envelope), *composed);
    mail.times.end(Stage::deliver, delivering);
    FlowEnd end;
    end.reply = std::move(delivery.reply);
    end.delivered = delivery.delivered;
    end.outcome = delivery.outcome;
    end.next_hop = std::move(delivery.next_hop);
    end.tls = std::move(delivery.tls);
    end.why = std::move(delivery.why);
    // The sender sees our id: it is what an administrator asks for.
    if (end.delivered) end.reply.words = "Ok, id " + mail.tag.id + ": " + end.reply.words;
    co_return end;
}

asio::awaitable<Result<void>> MailFlow::keep_original(Mail& mail) {
    // The same mail again while its original is on its way out: found now, it would be gone before the 250.
    if (under_way_[mail.tag.id].taking_back) {
        co_return Error(Fault::unavailable, "the same mail is just being taken out of the quarantine");
    }
    auto start = [this, &mail](auto done) { store_.add_async(mail.item, mail.raw, std::move(done)); };
    using Added = QuarantineStore::Added;
    const Steady::time_point keeping = Steady::now();
    const Result<Added> added = co_await await_callback<Result<Added>>(std::move(start));
    mail.times.end(Stage::quarantine, keeping);
    if (!added && added.error().fault() == Fault::protocol) log_.quarantine_conflict(mail.tag, added.error().words());
    if (!added) co_return added.error();
    mail.kept = true;
    if (*added == Added::now) under_way_[mail.tag.id].added_now = true;
    co_return Result<void>();
}

// Nothing is kept of a mail that its sender still owns. Another session may be delivering the same mail and count on
// the item, so the last one to end decides.
asio::awaitable<void> MailFlow::settle(Mail& mail, const FlowEnd& end) {
    UnderWay& under_way = under_way_[mail.tag.id];
    under_way.delivered = under_way.delivered || end.delivered;
    const bool last = --under_way.sessions == 0;
    if (!last || under_way.taking_back) co_return;
    if (!under_way.added_now || under_way.delivered) {
        under_way_.erase(mail.tag.id);
        co_return;
    }
    under_way.taking_back = true;
    under_way.added_now = false;
    auto remove = [this, id = mail.tag.id] { return store_.remove(id); };
    const Result<void> removed = co_await on_disk(disk_, std::move(remove));
    // An item that stays is no harm: the mail's retry finds it.
    mail.kept = !removed;
    UnderWay& left = under_way_[mail.tag.id];
    left.taking_back = false;
    if (left.sessions == 0) under_way_.erase(mail.tag.id);
}

void MailFlow::log_end(Mail& mail, const FlowEnd& end) {
    mail.times.end_total(mail.started);
    if (end.delivered) {
        if (mail.kept && !mail.is_release()) {
            log_.message_quarantined(mail.tag, mail.item.id, mail.verdict.reason, mail.raw.size());
        }
        log_.message_delivered(mail.tag, mail.envelope, mail.verdict, end.next_hop, end.tls, end.reply, mail.times);
        return;
    }
    if (end.reply.permanent()) {
        log_.message_refused(mail.tag, mail.envelope, end.reply, mail.verdict.reason, mail.times);
        return;
    }
    log_.message_deferred(mail.tag, mail.envelope, *end.outcome, end.reply, end.why, mail.times);
}

}  // namespace mugaika
