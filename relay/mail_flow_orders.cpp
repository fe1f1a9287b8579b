// What the relay owes: orders carried out, rests taken over and given back.
#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <utility>

#include "relay/async/disk.hpp"
#include "relay/mail_flow_mail.hpp"
#include "relay/quarantine/item.hpp"
#include "sanitizer/finish/errands.hpp"
#include "sanitizer/finish/follow_up_files.hpp"
#include "sanitizer/finish/pictured_parts.hpp"
#include "sanitizer/finish/released_parts.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;

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

void order_pictures(EffectiveProfiles& profiles, const std::vector<std::string>& parts) {
    profiles.as_received.pictured_parts = parts;
    profiles.if_authenticated.pictured_parts = parts;
}

void leave_out(smtp::Envelope& envelope, std::size_t at) {
    const auto offset = static_cast<std::ptrdiff_t>(at);
    envelope.recipients.erase(envelope.recipients.begin() + offset);
    if (at < envelope.recipient_dsn.size()) envelope.recipient_dsn.erase(envelope.recipient_dsn.begin() + offset);
}

}  // namespace

FlowEnd refused_at_rcpt(const RecipientAnswer& answer, const MailAddress& recipient) {
    FlowEnd end = ended(release_row_of(*answer.outcome), recipient.text());
    end.reply = answer.reply;
    return end;
}

const Route* only_route_of(const Config& config, const std::vector<MailAddress>& recipients) noexcept {
    const Route* route = recipients.empty() ? nullptr : config.route_for_domain(recipients.front().domain());
    for (const MailAddress& recipient : recipients) {
        if (config.route_for_domain(recipient.domain()) != route) return nullptr;
    }
    return route;
}

smtp::Envelope envelope_for(const ReleaseOrder& order, const smtp::Envelope& kept) {
    smtp::Envelope envelope = kept;
    envelope.recipients = order.recipients;
    envelope.recipient_dsn.clear();
    if (order.kind != OrderKind::rest) {
        envelope.dsn = {};
        return envelope;
    }
    for (const MailAddress& recipient : order.recipients) {
        const auto found = std::find(kept.recipients.begin(), kept.recipients.end(), recipient);
        const auto at = static_cast<std::size_t>(found - kept.recipients.begin());
        envelope.recipient_dsn.push_back(at < kept.recipient_dsn.size() ? kept.recipient_dsn[at]
                                                                        : smtp::RecipientDsn());
    }
    return envelope;
}

FlowEnd joined(const FlowEnd& before, const FlowEnd& next) {
    const bool before_failed = before.outcome != nullptr;
    const bool next_says_more =
        !before_failed || (next.outcome != nullptr && before.outcome->ending == Ending::give_up);
    FlowEnd whole = next_says_more ? next : before;
    whole.served = before.served;
    whole.served.insert(whole.served.end(), next.served.begin(), next.served.end());
    whole.needs_item = before.needs_item || next.needs_item;
    return whole;
}

asio::awaitable<FlowEnd> MailFlow::release(const ReleaseOrder& order, const QuarantineItem& item, const RawMail& raw) {
    smtp::Envelope envelope = envelope_for(order, item.envelope);
    const std::shared_ptr<const Config> config = config_;
    const Route* const route = only_route_of(*config, envelope.recipients);
    if (route == nullptr)
        co_return ended(outcome<Stage::release, Failure::malformed>(), "the recipients are not of one route");
    if (is_answered_for(order.kind)) {  // its file is data: whoever wrote it may not have been the command
        const auto allowed = check_not_forbidden(item.ledger, order.parts);
        if (!allowed) co_return ended(outcome<Stage::release, Failure::refused>(), allowed.error().words());
    }

    // A recipient who is gone must end the order, not be tried for days. Of a rest the others are served all the same.
    const AskUntil until = is_answered_for(order.kind) ? AskUntil::first_refusal : AskUntil::all;
    std::optional<FlowEnd> refused = co_await leave_out_refused(config, envelope, order.session, until);
    if (refused && (is_answered_for(order.kind) || envelope.recipients.empty())) co_return *refused;

    FlowEnd end;
    for (RecipientGroup& group : grouped(*config, envelope)) {
        const std::vector<MailAddress> recipients = group.envelope.recipients;
        FlowEnd its = co_await release_to(config, std::move(group), order, item, raw);
        if (its.delivered) its.served = recipients;
        end = joined(end, its);
    }
    if (!refused) co_return end;
    const bool says_more = end.delivered || refused->outcome->ending != Ending::give_up;
    if (says_more) {
        refused->served = std::move(end.served);
        refused->needs_item = end.needs_item;
        co_return *refused;
    }
    co_return end;
}

asio::awaitable<std::optional<FlowEnd>> MailFlow::leave_out_refused(std::shared_ptr<const Config> config,
                                                                    smtp::Envelope& envelope, std::string session,
                                                                    AskUntil until) {
    std::optional<FlowEnd> refused;
    smtp::Envelope asking = envelope;
    asking.recipients.clear();
    asking.recipient_dsn.clear();
    for (std::size_t i = 0; i < envelope.recipients.size();) {
        const MailAddress recipient = envelope.recipients[i];
        const RecipientAnswer said = co_await ask(config, asking, recipient, session);
        if (said.outcome == nullptr) {
            ++i;
            continue;
        }
        FlowEnd end = refused_at_rcpt(said, recipient);
        // While any may be served later the order is worth another try.
        if (!refused || refused->outcome->ending == Ending::give_up) refused = end;
        if (until == AskUntil::first_refusal) break;
        leave_out(envelope, i);
    }
    co_return refused;
}

asio::awaitable<FlowEnd> MailFlow::release_to(std::shared_ptr<const Config> config, RecipientGroup group,
                                              const ReleaseOrder& order, const QuarantineItem& item,
                                              const RawMail& raw) {
    std::vector<std::unique_ptr<Mail>> mails;
    std::string composition = composition_for(*config, group, item.envelope);
    if (order.kind == OrderKind::image_pdf) order_pictures(group.profiles, order.parts);
    mails.push_back(std::make_unique<Mail>(std::move(config), std::move(group), raw, item));
    Mail& mail = *mails.front();
    if (order.kind != OrderKind::rest) mail.facts.composition = std::move(composition);
    mail.order = &order;
    mail.stored = &item.ledger;
    mail.kept = true;
    if (!is_answered_for(order.kind)) {
        mail.tag.session = order.session;
        mail.on_refusal = FinishFacts::OnRefusal::hold;  // as at the first delivery: others were not refused
    } else {
        mail.facts.order = &order;
    }
    if (mail.is_checkpoint()) mail.tag.order_kind = to_string(order.kind);
    if (mail.is_pictured()) {
        mail.left_out = parts_beside(item.ledger, order.parts);
        mail.facts.follow_up = order.order_id;
        mail.facts.followed_at = order.ordered_at;
        mail.facts.unlocked_from.clear();  // what follows such a mail is not it
    }
    const bool was_read = co_await read(mails);
    if (was_read) {
        std::optional<FlowEnd> stopped = co_await stopped_by_scanners(mail);
        if (!stopped && mail.is_pictured()) stopped = leave_pictures(mail);
        if (stopped) {
            mail.end = *std::move(stopped);
        } else {
            co_await carry(mail);
        }
    }
    log_end(mail);
    const bool arrived = mail.end.delivered || !mail.end.served.empty();
    if (!is_answered_for(order.kind) && arrived) {
        const Result<void> owed = co_await owe_what_follows(mail);
        // It is delivered, and its order goes. The file stays, as its notice says.
        if (!owed)
            log_.write(release_failed(order, *keeping_failed(owed.error()).outcome, owed.error().words(), false));
    }
    co_return std::move(mail.end);
}

// Of the answer only the pictures that were ordered, all of them. What passes by itself is tried again.
std::optional<FlowEnd> MailFlow::leave_pictures(Mail& mail) {
    const std::vector<std::string>& parts = mail.order->parts;
    const bool crosses = mail.answer->extract && lets_files_cross(*mail.answer->extract, mail.profile, Release::yes);
    if (!crosses) return std::nullopt;  // that is said of the mail
    if (const auto missing = not_pictured(*mail.answer->extract, parts)) {
        const Outcome& row = passes_by_itself(missing->why) ? outcome<Stage::release, Failure::unavailable>()
                                                            : outcome<Stage::release, Failure::refused>();
        return ended(row, "part " + missing->path + " stays, its pages are not drawn: " +
                              std::string(english(missing->why)) + " (" + std::string(to_string(missing->why)) + ")");
    }
    auto left = std::make_shared<WorkerAnswer>(*mail.answer);
    leave_only_pictured(*left->extract, parts);
    mail.answer = std::move(left);
    return std::nullopt;
}

// Originals that a person lets cross are shown to scanners as they are: of a kind that is not rebuilt nobody has asked
// them before. Only a pass of all is a pass.
asio::awaitable<std::optional<FlowEnd>> MailFlow::stopped_by_scanners(Mail& mail) {
    const std::shared_ptr<Scanners> scanners = scanners_;
    if (!scanners || scanners->empty() || !mail.answer->extract) co_return std::nullopt;
    const auto until = StageTimes::Clock::now() + mail.files_deadline();
    for (const SafeFile& file : mail.answer->extract->files) {
        const FileToScan shown{file.bytes, file.name.str()};
        const ScanEnd said = co_await scanners->scan(shown, until);
        if (said.what == ScanEnd::What::passed) continue;
        if (said.what == ScanEnd::What::not_looked_at) {
            log_.write(event::ScannerFailed{mail.tag, file.path, said.words});
            co_return ended(outcome<Stage::release, Failure::unavailable>(), said.words);
        }
        log_.write(event::ScannerFound{mail.tag, file.path, said.words});
        co_return ended(outcome<Stage::release, Failure::refused>(), "part " + file.path + ": " + said.words);
    }
    co_return std::nullopt;
}

asio::awaitable<Result<void>> MailFlow::remove_item(std::string id) {
    if (!under_way_->may_remove(id)) co_return Result<void>();
    // Only now: whoever comes from here on cannot count on the item, and whoever came before has written its order.
    auto remove = [this, id]() -> Result<void> {
        const auto orders = outbox_.list();
        if (!orders) return orders.error();
        const auto needs_it = [&id](const OwedOrder& owed) { return owed.order.item_id == id; };
        if (std::any_of(orders->begin(), orders->end(), needs_it)) return {};
        return store_.remove(id);
    };
    Result<void> removed;
    try {
        Result<void> ended = co_await on_disk(disk_, std::move(remove));
        removed = std::move(ended);
    } catch (const std::exception& fault) {
        removed = Error(Fault::internal, fault.what());
    }
    under_way_->removed(id);
    co_return removed;
}

// An original that this relay found is perhaps another one's, which takes it back when its own delivery fails. Whoever
// counts on it says so before anybody is told.
asio::awaitable<Result<void>> MailFlow::promise_item(Mail& mail) {
    if (!mail.kept || !mail.was_kept_before) co_return Result<void>();
    auto promise = [this, item = mail.item, &raw = mail.raw] { return store_.promise(item, raw); };
    Result<void> promised = co_await on_disk(disk_, std::move(promise));
    co_return promised;
}

asio::awaitable<void> MailFlow::promise_delivered(Mail& mail) {
    const Result<void> promised = co_await promise_item(mail);
    if (promised) co_return;
    mail.end = keeping_failed(promised.error());
    mail.end.why += "; its recipients have the mail, and get it again with the same Message-ID when it comes again";
}

// Durable when it returns: the original, and then the order. The same rest again is the same order.
asio::awaitable<Result<void>> MailFlow::owe(Mail& mail) {
    ReleaseOrder order;
    order.kind = OrderKind::rest;
    if (!mail.kept) {
        const auto added = co_await keep_original(mail);
        if (!added) co_return added.error();
        order.item_goes_with_it = *added == QuarantineStore::Added::now && !mail.verdict.keep_original;
    }
    const auto promised = co_await promise_item(mail);
    if (!promised) co_return promised.error();
    smtp::Envelope left = mail.envelope;
    left.recipients = mail.unserved();
    order.order_id = message_id_for("rest of " + mail.item.id, left);
    order.item_id = mail.item.id;
    order.recipients = left.recipients;
    order.person = relay_itself;
    order.reason = mail.end.reply.words;
    order.session = mail.tag.session;
    order.ordered_at = std::chrono::system_clock::now();
    order.valid_until = order.ordered_at + std::chrono::days(mail.config->outbox_days);
    const auto first_try = order.ordered_at + mail.config->outbox_retry;
    auto write = [this, order, first_try] { return outbox_.owe(order, first_try); };
    const Result<Outbox::Owed> written = co_await on_disk(disk_, std::move(write));
    if (!written) co_return written.error();
    mail.owed = std::move(order);
    mail.owed_now = *written == Outbox::Owed::now;
    co_return Result<void>();
}

// The sender keeps the mail after all: what it sends again must not come from here as well. What was owed before this
// attempt was promised to somebody.
asio::awaitable<void> MailFlow::take_back_orders(Attempt& attempt) {
    for (const auto& mail : attempt.mails) {
        if (!mail->owed_now) continue;
        auto remove = [this, id = mail->owed->order_id] { return outbox_.remove(id); };
        const Result<OwedOrder> removed = co_await on_disk(disk_, std::move(remove));
        if (removed) mail->owed.reset();
    }
}

}  // namespace mugaika
