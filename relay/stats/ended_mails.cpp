#include "relay/stats/ended_mails.hpp"

#include <algorithm>
#include <map>

#include "relay/log/counted_verdict.hpp"

namespace mugaika {
namespace {

std::string code_of(const smtp::Reply& reply) { return std::to_string(reply.code) + " " + reply.enhanced; }

}  // namespace

EndedMails::EndedMails(Take take, bool part_details) : take_(std::move(take)), part_details_(part_details) {}

void EndedMails::take(const ReadEvent& read) {
    if (!read.event) return;
    const auto count_it = [&](const auto& event) {
        if constexpr (requires { this->on(event, read.moment); }) this->on(event, read.moment);
    };
    std::visit(count_it, *read.event);
}

// What was under way had no answer: its sender comes again.
void EndedMails::on(const event::RelayStarted&, Moment) {
    for (auto& [id, mails] : open_) {
        for (OpenMail& mail : mails) mail.waits = mail.waits || !mail.owed;
    }
}

// Without a session it is an order that asks; its outcome is told by its own events.
void EndedMails::on(const event::RecipientRefused& refused, Moment moment) {
    if (refused.mail.session.empty()) return;
    MailFacts recipient;
    recipient.is_mail = false;
    recipient.time = moment;
    recipient.route = refused.mail.route;
    recipient.from = refused.from.value_or("");
    recipient.to = {refused.recipient};
    recipient.verdict = refused.reply.code >= 500 ? "recipient_refused" : "recipient_deferred";
    recipient.reason = code_of(refused.reply);
    take_(recipient);
}

void EndedMails::on(const event::MessageReceived& received, Moment moment) {
    OpenMail* mail = open(received.mail, moment);
    if (mail == nullptr) return;
    mail->facts.from = received.from;
    mail->facts.to = received.to;
    mail->facts.bytes = received.bytes;
}

MailFacts::Part EndedMails::part_of(const PartRow& row) const {
    MailFacts::Part part;
    part.kind = row.facts.kind;
    part.bytes = row.facts.bytes;
    part.dropped = row.verdict != PartVerdict::text && row.verdict != PartVerdict::rebuilt;
    if (!part_details_) return part;
    part.type = row.facts.detected_type;
    part.action = to_string(row.verdict);
    part.method = to_string(row.method);
    part.handler = row.handler;
    for (const Loss& loss : row.losses) part.losses.emplace_back(to_string(loss.what));
    return part;
}

// Each try writes a ledger; the last one counts.
void EndedMails::on(const event::MessageSanitized& sanitized, Moment moment) {
    OpenMail* mail = open(sanitized.mail, moment);
    if (mail == nullptr) return;
    mail->facts.bytes = sanitized.ledger.in_bytes;
    mail->facts.parts.clear();
    for (const PartRow& row : sanitized.ledger.parts) mail->facts.parts.push_back(part_of(row));
}

void EndedMails::on(const event::MessageQuarantined& kept, Moment moment) { open(kept.mail, moment); }

void EndedMails::on(const event::FileConverted& converted, Moment moment) {
    if (OpenMail* mail = open(converted.mail, moment)) mail->facts.engines.insert(converted.engine);
}

void EndedMails::on(const event::QuarantineReleased& released, Moment) {
    releasers_[released.item] = released.actor.person;
}

void EndedMails::on(const event::MessageDelivered& delivered, Moment moment) {
    const std::optional<std::string> verdict = counted_verdict(delivered);
    if (!verdict) return;
    MailFacts mail = is_by_order(delivered.mail) ? MailFacts() : closed(delivered.mail, moment);
    mail.time = moment;
    mail.route = delivered.mail.route;
    mail.from = delivered.from;
    if (!delivered.to.empty()) mail.to = delivered.to;
    mail.times = delivered.times;
    mail.verdict = *verdict;
    mail.reason = delivered.reason.text();
    if (is_by_order(delivered.mail)) {
        const auto releaser = releasers_.find(delivered.mail.id);
        if (releaser != releasers_.end()) mail.person = releaser->second;
    }
    take_(mail);
}

void EndedMails::on(const event::MessageDeferred& deferred, Moment moment) {
    OpenMail* mail = open(deferred.mail, moment);
    if (mail == nullptr) return;
    if (!deferred.to.empty()) mail->facts.to = deferred.to;
    ++mail->facts.deferrals;
    mail->waits = true;
    mail->deferred_by = deferred.stage.text() + "/" + deferred.failure.text();
}

void EndedMails::on(const event::MessageRefused& refused, Moment moment) {
    if (is_by_order(refused.mail)) return;
    MailFacts mail = closed(refused.mail, moment);
    mail.time = moment;
    mail.route = refused.mail.route;
    mail.from = refused.from;
    if (!refused.to.empty()) mail.to = refused.to;
    mail.times = refused.times;
    mail.verdict = "refused";
    const std::string& reason = refused.reason.text();
    mail.reason = reason.empty() || refused.reason.is(Reason::none) ? code_of(refused.reply) : reason;
    take_(mail);
}

// The rest of a mail that others had already is no mail more.
void EndedMails::on(const event::MessageOwed& owed, Moment moment) {
    const bool is_whole = is_open(owed.mail);
    OpenMail* mail = open(owed.mail, moment);
    if (mail == nullptr) return;
    mail->facts.from = owed.from;
    if (!owed.to.empty()) mail->facts.to = owed.to;
    mail->facts.is_mail = is_whole;
    mail->owed = true;
    mail->deferred_by = owed.stage.text() + "/" + owed.failure.text();
}

bool EndedMails::is_open(const MailTag& tag) const {
    const auto mails = open_.find(tag.id);
    return mails != open_.end() && std::any_of(mails->second.begin(), mails->second.end(),
                                               [&](const OpenMail& mail) { return mail.session == tag.session; });
}

// Null: of no mail that is counted by its end.
EndedMails::OpenMail* EndedMails::open(const MailTag& tag, Moment moment) {
    if (tag.id.empty() || is_by_order(tag)) return nullptr;
    return &*open_among(open_[tag.id], tag, moment);
}

std::vector<EndedMails::OpenMail>::iterator EndedMails::open_among(std::vector<OpenMail>& mails, const MailTag& tag,
                                                                   Moment moment) {
    auto mail = std::find_if(mails.begin(), mails.end(), [&](const OpenMail& m) { return m.session == tag.session; });
    if (mail == mails.end()) mail = std::find_if(mails.begin(), mails.end(), [](const OpenMail& m) { return m.waits; });
    if (mail == mails.end()) mail = mails.emplace(mails.end());
    mail->session = tag.session;
    mail->waits = false;
    mail->facts.time = moment;
    mail->facts.route = tag.route;
    return mail;
}

// Not for a release.
MailFacts EndedMails::closed(const MailTag& tag, Moment moment) {
    if (tag.id.empty()) return {};
    const auto known = open_.try_emplace(tag.id).first;
    std::vector<OpenMail>& mails = known->second;
    const auto mail = open_among(mails, tag, moment);
    MailFacts facts = std::move(mail->facts);
    mails.erase(mail);
    if (mails.empty()) open_.erase(known);
    return facts;
}

// In an order that does not depend on how the log was read.
void EndedMails::finish() {
    std::map<std::string_view, std::vector<OpenMail>*> by_id;
    for (auto& [id, mails] : open_) by_id.emplace(id, &mails);
    for (const auto& [id, mails] : by_id) {
        for (OpenMail& mail : *mails) {
            mail.facts.verdict = mail.owed ? "owed" : mail.facts.deferrals > 0 ? "deferred" : "unfinished";
            mail.facts.reason = mail.owed || mail.facts.deferrals > 0 ? mail.deferred_by : "none";
            take_(mail.facts);
        }
    }
    open_.clear();
}

}  // namespace mugaika
