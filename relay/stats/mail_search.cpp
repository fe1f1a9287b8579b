#include "relay/stats/mail_search.hpp"

#include <algorithm>
#include <tuple>

#include "policy/ascii.hpp"
#include "relay/log/event_members.hpp"

namespace mugaika {
namespace {

template <class Event>
bool is(const AnyEvent& event) noexcept {
    return std::holds_alternative<Event>(event);
}

std::string_view without_brackets(std::string_view text) noexcept {
    text = ascii::trim(text);
    if (text.size() > 2 && text.front() == '<' && text.back() == '>') return text.substr(1, text.size() - 2);
    return text;
}

bool icontains(std::string_view text, std::string_view piece) noexcept {
    const auto same = [](char a, char b) { return ascii::to_lower(a) == ascii::to_lower(b); };
    return std::search(text.begin(), text.end(), piece.begin(), piece.end(), same) != text.end();
}

// Without what is long and not needed for a story.
ReadEvent kept(const ReadEvent& read) {
    ReadEvent copy = read;
    copy.host.clear();
    if (auto* sanitized = std::get_if<event::MessageSanitized>(&*copy.event)) {
        sanitized->ledger.parts.clear();
        sanitized->ledger.findings.clear();
        sanitized->ledger.later_words.clear();
    }
    return copy;
}

bool is_about_message(const AnyEvent& event) noexcept { return name_of(event).name.starts_with("message."); }

void add_once(std::vector<std::string>& list, std::string_view text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.emplace_back(text);
}

std::optional<Moment> first_moment(const FoundMail& mail) {
    if (!mail.events.empty()) return mail.events.front().moment;
    return mail.kept ? std::optional(mail.kept->received_at) : std::nullopt;
}

}  // namespace

bool matches_address(std::string_view wanted, std::string_view address) noexcept {
    if (ascii::trim(wanted) == "<>") return address.empty();
    wanted = without_brackets(wanted);
    if (wanted.empty()) return true;
    if (wanted.front() != '@') return icontains(address, wanted);
    return address.size() >= wanted.size() && ascii::iequals(address.substr(address.size() - wanted.size()), wanted);
}

void MailSearch::take(const ReadEvent& read) {
    if (!read.event) return;
    const AnyEvent& event = *read.event;
    if (const auto* refused = std::get_if<event::RecipientRefused>(&event)) {
        return take_refused_recipient(*refused, read);
    }
    const EventFacts facts = facts_of(event);
    if (facts.id.empty()) {
        note_session(event);
        if (!is<event::MessageRefused>(event) && !is<event::MessageDeferred>(event)) return;
        Candidate mail;
        take_event_of(mail, read);
        if (names_match(mail) && mail.time) nameless_.push_back(std::move(mail));
        return;
    }
    const std::string id(facts.id);
    if (wanted_.kept && !wanted_.kept->contains(id)) return;
    auto found = by_id_.find(id);
    if (found == by_id_.end()) {
        // What a person does with a mail that did not match before tells no address.
        if (!is_about_message(event) && wanted_.names_a_mail() && !wanted_.kept) return;
        if (is_of_others(facts)) return;
        found = by_id_.emplace(id, Candidate()).first;
        found->second.mail.id = id;
    }
    take_event_of(found->second, read);
    if (may_be_dropped(found->second, event)) by_id_.erase(found);
}

// Told by its own sender and recipients: most events need no copy.
bool MailSearch::is_of_others(const EventFacts& facts) const {
    if (!facts.from) return false;
    const bool to_matches = facts.to == nullptr || facts.to->empty() ||
                            std::any_of(facts.to->begin(), facts.to->end(), [&](const std::string& address) {
                                return matches_address(wanted_.to, address);
                            });
    return !to_matches || !matches_address(wanted_.from, *facts.from);
}

// So that a refusal at RCPT can say from where.
void MailSearch::note_session(const AnyEvent& event) {
    if (is<event::RelayStarted>(event)) return clients_.clear();
    if (const auto* opened = std::get_if<event::SessionOpened>(&event)) {
        clients_[opened->session] = opened->client;
    } else if (const auto* named = std::get_if<event::SessionClientNamed>(&event)) {
        const bool of_one_mail = named->through == "XFORWARD";
        if (!of_one_mail) clients_[named->session] = named->client;
    } else if (const auto* closed = std::get_if<event::SessionClosed>(&event)) {
        clients_.erase(closed->session);
    }
}

// Without a session it is an order that asks; its outcome is told by its own events.
void MailSearch::take_refused_recipient(const event::RecipientRefused& refused, const ReadEvent& read) {
    if (wanted_.kept || refused.mail.session.empty()) return;
    const bool from_matches = wanted_.from.empty() || (refused.from && matches_address(wanted_.from, *refused.from));
    if (!from_matches || !matches_address(wanted_.to, refused.recipient) || !wanted_.message_id.empty()) return;
    if (!in_time(read.moment)) return;
    Candidate& candidate =
        refused_recipients_[{ascii::to_lower(refused.from.value_or("")), ascii::to_lower(refused.recipient)}];
    candidate.from = candidate.to = true;
    take_event_of(candidate, read);
    add_once(candidate.mail.to, refused.recipient);
}

void MailSearch::take_event_of(Candidate& candidate, const ReadEvent& read) {
    FoundMail& mail = candidate.mail;
    const EventFacts facts = facts_of(*read.event);
    if (facts.from) {
        if (!mail.envelope_known) mail.from = std::string(*facts.from);
        mail.envelope_known = true;
        candidate.from = candidate.from || matches_address(wanted_.from, *facts.from);
    }
    if (facts.to != nullptr) {
        // Mostly the same list in every event; only what a later one adds is looked up one by one.
        const bool adds = is_about_message(*read.event) && *facts.to != mail.to;
        for (const std::string& recipient : *facts.to) {
            if (adds) add_once(mail.to, recipient);
            candidate.to = candidate.to || matches_address(wanted_.to, recipient);
        }
    }
    if (!facts.message_id.empty()) mail.message_id = std::string(facts.message_id);
    if (!facts.client.empty()) mail.client = std::string(facts.client);
    if (mail.client.empty() || mail.id.empty()) {  // a refusal: each try from its own client
        const auto session = clients_.find(std::string(facts.session));
        if (session != clients_.end()) mail.client = session->second;
    }
    const std::string_view piece = without_brackets(wanted_.message_id);
    candidate.message_id = candidate.message_id || icontains(mail.message_id, piece) ||
                           (!mail.id.empty() && icontains(piece, mail.id));  // composed as ID@our host
    candidate.time = candidate.time || in_time(read.moment);
    mail.events.push_back(kept(read));
}

bool MailSearch::in_time(std::optional<Moment> moment) const {
    if (!wanted_.since && !wanted_.until) return true;
    return moment && (!wanted_.since || *moment >= *wanted_.since) && (!wanted_.until || *moment < *wanted_.until);
}

bool MailSearch::from_and_to_match(const Candidate& candidate) const noexcept {
    return (candidate.from || wanted_.from.empty()) && (candidate.to || wanted_.to.empty());
}

bool MailSearch::names_match(const Candidate& candidate) const noexcept {
    return from_and_to_match(candidate) && (candidate.message_id || wanted_.message_id.empty());
}

// After a try: the sender and the recipients stand in its last event, a Message-ID may still come with the next try but
// not after an end. What only the time has to choose does not wait for more than an end; what the names chose does,
// because a release may fall into the time.
bool MailSearch::may_be_dropped(const Candidate& candidate, const AnyEvent& event) const noexcept {
    const bool is_end = is<event::MessageDelivered>(event) || is<event::MessageRefused>(event);
    if (!is_end && !is<event::MessageDeferred>(event)) return false;
    if (names_match(candidate)) return is_end && !candidate.time && !wanted_.names_a_mail();
    const bool only_its_id_is_open = from_and_to_match(candidate) && candidate.mail.message_id.empty();
    return is_end || !only_its_id_is_open;
}

// Those of which the logs say nothing any more.
void MailSearch::add_only_kept(std::vector<FoundMail>& mails) const {
    for (const auto& [id, mail] : *wanted_.kept) {
        const bool to = wanted_.to.empty() ||
                        std::any_of(mail.to.begin(), mail.to.end(),
                                    [&](const std::string& address) { return matches_address(wanted_.to, address); });
        const bool chosen = to && matches_address(wanted_.from, mail.from) && wanted_.message_id.empty();
        if (!by_id_.contains(id) && chosen && in_time(first_moment(mail))) mails.push_back(mail);
    }
}

std::vector<FoundMail> MailSearch::finish() && {
    std::vector<FoundMail> mails;
    for (auto& [id, candidate] : by_id_) {
        if (!names_match(candidate) || !candidate.time) continue;
        if (wanted_.kept) candidate.mail.kept = wanted_.kept->at(id).kept;
        mails.push_back(std::move(candidate.mail));
    }
    if (wanted_.kept) add_only_kept(mails);
    for (auto& [pair, candidate] : refused_recipients_) mails.push_back(std::move(candidate.mail));
    for (Candidate& candidate : nameless_) mails.push_back(std::move(candidate.mail));
    std::sort(mails.begin(), mails.end(), [](const FoundMail& a, const FoundMail& b) {
        return std::tuple(first_moment(a), std::tie(a.id, a.from, a.to)) <
               std::tuple(first_moment(b), std::tie(b.id, b.from, b.to));
    });
    return mails;
}

}  // namespace mugaika
