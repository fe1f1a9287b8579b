// Kept mails that are judged again, as at their first delivery: written down as owed when files stayed for what passes
// by itself, and carried out. What follows is only what had not arrived.
#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <map>
#include <utility>

#include "relay/async/disk.hpp"
#include "relay/mail_flow_mail.hpp"
#include "relay/quarantine/item.hpp"
#include "relay/quarantine/rerun_order.hpp"
#include "sanitizer/finish/errands.hpp"
#include "sanitizer/finish/follow_up_files.hpp"

namespace mugaika {
namespace {

namespace asio = boost::asio;
using Clock = std::chrono::system_clock;

bool is_among(const MailAddress& recipient, const std::vector<std::string>& texts) {
    return std::find(texts.begin(), texts.end(), recipient.text()) != texts.end();
}

// What the first delivery, later ones and releases brought to this recipient.
PartPaths delivered_to(const MailAddress& recipient, const Ledger& stored, const std::vector<RerunNote>& runs,
                       const std::vector<ReleaseNote>& releases) {
    PartPaths paths = delivered_parts(stored);
    for (const RerunNote& run : runs) {
        if (is_among(recipient, run.recipients)) paths.insert(run.brought.begin(), run.brought.end());
    }
    for (const ReleaseNote& release : releases) {
        if (is_among(recipient, release.recipients)) paths.insert(release.parts.begin(), release.parts.end());
    }
    return paths;
}

// Of recipients who may have different parts of a mail each composition is for those who have the same.
std::map<PartPaths, std::vector<MailAddress>> by_what_they_have(const ReleaseOrder& order, const Ledger& stored,
                                                                const std::vector<RerunNote>& runs,
                                                                const std::vector<ReleaseNote>& releases) {
    std::map<PartPaths, std::vector<MailAddress>> groups;
    for (const MailAddress& recipient : order.recipients) {
        groups[delivered_to(recipient, stored, runs, releases)].push_back(recipient);
    }
    return groups;
}

std::vector<RerunNote::Stay> stays_of(const std::vector<PartRow>& rows) {
    std::vector<RerunNote::Stay> stays;
    for (const PartRow& row : rows) {
        if (row.verdict == PartVerdict::quarantined) stays.push_back({row.facts.path, row.reason});
    }
    return stays;
}

bool passes(const RerunNote::Stay& stay) noexcept { return passes_by_itself(stay.why); }

std::vector<std::string> texts_of(const std::vector<MailAddress>& recipients) {
    std::vector<std::string> texts;
    for (const MailAddress& recipient : recipients) texts.push_back(recipient.text());
    return texts;
}

// Said once is enough.
void leave_out_said(std::vector<std::string>& not_coming, const std::vector<RerunNote>& runs) {
    std::erase_if(not_coming, [&](const std::string& path) {
        return std::any_of(runs.begin(), runs.end(), [&](const RerunNote& run) {
            return std::find(run.not_coming.begin(), run.not_coming.end(), path) != run.not_coming.end();
        });
    });
}

RerunNote note_of(const ReleaseOrder& order, const std::vector<MailAddress>& recipients) {
    RerunNote note;
    note.order_id = order.order_id;
    note.person = order.person;
    note.recipients = texts_of(recipients);
    note.at = Clock::now();
    return note;
}

RerunEnd nothing_to_do() {
    RerunEnd made;
    made.end.delivered = true;
    return made;
}

}  // namespace

struct MailFlow::Again {
    const ReleaseOrder& order;
    const QuarantineItem& item;
    const RawMail& raw;
    const std::vector<RerunNote>& runs;
    const PartPaths& delivered;
    Last last;
};

bool MailFlow::engines_down() const {
    return (scanners_ && !scanners_->down().empty()) || !converters_.answered_lately();
}

asio::awaitable<RerunEnd> MailFlow::rerun(const ReleaseOrder& order, const QuarantineItem& item, const RawMail& raw,
                                          const std::vector<RerunNote>& runs, const std::vector<ReleaseNote>& releases,
                                          Last last) {
    RerunEnd whole = nothing_to_do();
    const std::shared_ptr<const Config> config = config_;
    const bool is_received_again = under_way_->has_session(item.id);
    if (is_received_again || only_route_of(*config, order.recipients) == nullptr) {
        whole.end = is_received_again
                        ? ended(outcome<Stage::release, Failure::unavailable>(),
                                "the same mail is just being received once more")
                        : ended(outcome<Stage::release, Failure::malformed>(), "the recipients are not of one route");
        co_return whole;
    }
    const auto groups = by_what_they_have(order, item.ledger, runs, releases);
    for (const auto& one : groups) {
        smtp::Envelope envelope = envelope_for(order, item.envelope);
        envelope.recipients = one.second;
        for (RecipientGroup& group : grouped(*config, envelope)) {
            const Again again{order, item, raw, runs, one.first, last};
            RerunEnd its = co_await rerun_for(config, std::move(group), again);
            whole.end = joined(whole.end, its.end);
            whole.waits = whole.waits || its.waits;
            std::move(its.notes.begin(), its.notes.end(), std::back_inserter(whole.notes));
        }
    }
    co_return whole;
}

asio::awaitable<RerunEnd> MailFlow::rerun_for(std::shared_ptr<const Config> config, RecipientGroup group,
                                              const Again& again) {
    std::vector<std::unique_ptr<Mail>> mails;
    mails.push_back(std::make_unique<Mail>(std::move(config), std::move(group), again.raw, again.item));
    Mail& mail = *mails.front();
    mail.order = &again.order;
    mail.stored = &again.item.ledger;
    mail.delivered = &again.delivered;
    mail.found_so_far = found_so_far(again.item.ledger, again.runs);
    mail.kept = true;
    mail.on_refusal = FinishFacts::OnRefusal::hold;
    mail.tag.order_kind = to_string(OrderKind::rerun);
    mail.facts.unlocked_from.clear();  // what follows such a mail is not it
    RerunEnd made;
    const bool was_read = co_await read(mails);
    if (!was_read) {
        made.end = std::move(mail.end);
        co_return made;
    }
    const Verdict verdict = decide(*mail.answer, mail.profile, Release::no);
    const bool crosses = verdict.verdict != MailVerdict::quarantined && verdict.verdict != MailVerdict::refused;
    if (!crosses && announces_files(again.item.ledger)) {
        made.end = ended(outcome<Stage::release, Failure::unavailable>(),
                         "the mail is not judged as before: " + std::string(to_string(verdict.reason)));
        co_return made;
    }
    FollowUpRest rest;
    if (crosses) rest = leave_new(mail, again);
    RerunEnd sent = co_await send_follow_up(mail, again, rest);
    co_return sent;
}

// Of the answer only what the recipients do not have.
FollowUpRest MailFlow::leave_new(Mail& mail, const Again& again) {
    auto left = std::make_shared<WorkerAnswer>(*mail.answer);
    FollowUpRest rest = leave_only_new(*left->extract, again.item.ledger, again.delivered,
                                       again.last == Last::no ? Waiting::may : Waiting::over);
    leave_out_said(rest.not_coming, again.runs);
    mail.facts.follow_up = follow_up_id(again.item.id, *left->extract, rest.not_coming);
    mail.facts.followed_at = Clock::now();
    mail.answer = std::move(left);
    return rest;
}

asio::awaitable<RerunEnd> MailFlow::send_follow_up(Mail& mail, const Again& again, const FollowUpRest& rest) {
    RerunEnd made = nothing_to_do();
    made.waits = rest.waits;
    mail.says_not_coming = !rest.not_coming.empty();
    mail.nothing_to_send = !rest.brings && !mail.says_not_coming;
    RerunNote note = note_of(again.order, mail.envelope.recipients);
    if (mail.answer->extract) note.stays = stays_of(mail.answer->extract->parts);
    std::optional<FlowEnd> refused;
    if (!mail.nothing_to_send) {
        std::optional<FlowEnd> said = co_await leave_out_refused(mail.config, mail.envelope, "", AskUntil::all);
        refused = std::move(said);
        if (mail.envelope.recipients.empty()) {
            made.end = *refused;
            co_return made;
        }
        co_await carry(mail);
    }
    if (mail.nothing_to_send) {
        if (std::any_of(note.stays.begin(), note.stays.end(), passes)) note.result = RerunResult::given_up;
        if (!made.waits) made.notes.push_back(std::move(note));
        co_return made;
    }
    log_end(mail);
    made.end = mail.end;
    const std::vector<MailAddress> served = mail.end.delivered ? mail.envelope.recipients : mail.end.served;
    if (!served.empty()) {
        note.result = RerunResult::brought;
        note.recipients = texts_of(served);
        note.brought = brought_parts(mail.item.ledger, again.item.ledger);
        note.not_coming = rest.not_coming;
        note.stays = stays_of(mail.item.ledger.parts);
        made.notes.push_back(std::move(note));
    }
    if (refused) made.end = joined(made.end, *refused);
    co_return made;
}

// Whoever has a mail of which files wait gets them later, and an earlier promise ends where they are here now. Only
// then 250. What the disk does not take is answered as in answer(): the sender keeps the mail.
asio::awaitable<void> MailFlow::owe_reruns(Attempt& attempt) {
    if (attempt.reply.permanent() || attempt.reply.transient()) co_return;
    for (const auto& mail : attempt.mails) {
        const bool arrived = mail->end.delivered || !mail->end.served.empty();
        if (!arrived) continue;
        const Result<void> owed = co_await owe_what_follows(*mail);
        if (owed) continue;
        attempt.reply = mail->end.reply = keeping_failed(owed.error()).reply;
        mail->end.why += (mail->end.why.empty() ? "" : "; ") + owed.error().words();
        co_await take_back_orders(attempt);
        co_return;
    }
}

asio::awaitable<Result<void>> MailFlow::owe_what_follows(Mail& mail) {
    const bool waits = mail.kept && waits_for_files(mail.item.ledger);
    const bool may_have_more =
        mail.has_rebuilt_files() && (!mail.kept || mail.was_kept_before || mail.order != nullptr);
    if (!waits && !may_have_more) co_return Result<void>();
    if (waits) {
        const auto promised = co_await promise_item(mail);
        if (!promised) co_return promised.error();
    }
    const std::vector<MailAddress> served = mail.end.delivered ? mail.envelope.recipients : mail.end.served;
    const auto now = Clock::now();
    ReleaseOrder order =
        rerun_order(mail.item, served, std::string(relay_itself), "files wait for what passes by itself", now,
                    std::chrono::days(mail.config->outbox_days));
    order.item_goes_with_it = !mail.verdict.keep_original;
    RerunNote note = note_of(order, served);
    note.result = RerunResult::brought;
    const auto first_try = announces_files(mail.item.ledger) ? now : now + mail.config->outbox_retry;
    auto write = [this, waits, may_have_more, order, note, ledger = mail.item.ledger,
                  first_try]() mutable -> Result<void> {
        if (may_have_more) {
            const auto settled = note_what_came(order, std::move(note), ledger);
            if (!settled) return settled;
        }
        if (!waits) return {};
        const auto owed = outbox_.owe(order, first_try);
        return owed ? Result<void>() : Result<void>(owed.error());
    };
    const Result<void> written = co_await on_disk(disk_, std::move(write));
    mail.follows = mail.follows || (waits && written);
    co_return written;
}

// The same mail had come before, and its 250 was lost: then its original is kept with the ledger of that time, and an
// order may wait for what has arrived now.
Result<void> MailFlow::note_what_came(const ReleaseOrder& order, RerunNote note, const Ledger& now) {
    const auto item = store_.load(order.item_id);
    if (!item && item.error().fault() == Fault::not_found) return {};
    if (!item) return item.error();
    const PartPaths before = delivered_parts(item->ledger);
    note.brought = brought_parts(now, item->ledger);
    std::erase_if(note.brought, [&](const std::string& path) { return before.contains(path); });
    return note.brought.empty() ? Result<void>() : store_.note_rerun(order.item_id, note);
}

}  // namespace mugaika
