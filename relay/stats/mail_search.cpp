#include "relay/stats/mail_search.hpp"

#include <algorithm>
#include <array>
#include <boost/json/array.hpp>
#include <tuple>

#include "policy/ascii.hpp"
#include "relay/stats/log_reader.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

// Long, and not needed for a story.
constexpr std::array<std::string_view, 3> left_out{"host", "parts", "findings"};

std::string_view without_brackets(std::string_view text) noexcept {
    text = ascii::trim(text);
    if (text.size() > 2 && text.front() == '<' && text.back() == '>') return text.substr(1, text.size() - 2);
    return text;
}

bool icontains(std::string_view text, std::string_view piece) noexcept {
    const auto same = [](char a, char b) { return ascii::to_lower(a) == ascii::to_lower(b); };
    return std::search(text.begin(), text.end(), piece.begin(), piece.end(), same) != text.end();
}

std::vector<std::string_view> addresses_in(const json::object& event) {
    std::vector<std::string_view> addresses;
    const json::value* to = event.if_contains("to");
    if (to == nullptr || !to->is_array()) return addresses;
    for (const json::value& address : to->get_array()) {
        if (address.is_string()) addresses.emplace_back(address.get_string());
    }
    return addresses;
}

// In memory of its own: the event's goes with its line.
json::object kept(const json::object& event) {
    json::object copy;
    for (const auto& member : event) {
        if (std::find(left_out.begin(), left_out.end(), member.key()) != left_out.end()) continue;
        copy.emplace(member.key(), json::value(member.value(), json::storage_ptr()));
    }
    return copy;
}

void add_once(std::vector<std::string>& list, std::string_view text) {
    if (std::find(list.begin(), list.end(), text) == list.end()) list.emplace_back(text);
}

std::optional<Moment> first_moment(const FoundMail& mail) {
    if (!mail.events.empty()) return moment_from_rfc3339(text_in(mail.events.front(), "time"));
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

void MailSearch::take(const json::object& event) {
    const std::string_view name = text_in(event, "event");
    const std::string id(text_in(event, "id"));
    if (name == "recipient.refused") return take_refused_recipient(event);
    if (id.empty()) {
        note_session(name, event);
        if (name != "message.refused" && name != "message.deferred") return;
        Candidate mail;
        take_event_of(mail, name, event);
        if (names_match(mail) && mail.time) nameless_.push_back(std::move(mail));
        return;
    }
    if (wanted_.kept && !wanted_.kept->contains(id)) return;
    auto found = by_id_.find(id);
    if (found == by_id_.end()) {
        // What a person does with a mail that did not match before tells no address.
        if (!name.starts_with("message.") && wanted_.names_a_mail() && !wanted_.kept) return;
        if (is_of_others(event)) return;
        found = by_id_.emplace(id, Candidate()).first;
        found->second.mail.id = id;
    }
    take_event_of(found->second, name, event);
    if (may_be_dropped(found->second, name)) by_id_.erase(found);
}

// Told by its own sender and recipients: most events need no copy.
bool MailSearch::is_of_others(const json::object& event) const {
    if (!event.contains("from")) return false;
    const auto to = addresses_in(event);
    const bool to_matches = to.empty() || std::any_of(to.begin(), to.end(), [&](std::string_view address) {
                                return matches_address(wanted_.to, address);
                            });
    return !to_matches || !matches_address(wanted_.from, text_in(event, "from"));
}

// So that a refusal at RCPT can say from where.
void MailSearch::note_session(std::string_view name, const json::object& event) {
    if (name == "relay.started") return clients_.clear();
    const std::string_view session = text_in(event, "session");
    if (session.empty()) return;
    const bool of_one_mail = text_in(event, "through") == "XFORWARD";
    if (name == "session.opened" || (name == "session.client_named" && !of_one_mail)) {
        clients_[std::string(session)] = std::string(text_in(event, "client"));
    } else if (name == "session.closed") {
        clients_.erase(std::string(session));
    }
}

// Without a session it is an order that asks; its outcome is told by its own events.
void MailSearch::take_refused_recipient(const json::object& event) {
    if (wanted_.kept || text_in(event, "session").empty()) return;
    const std::string_view from = text_in(event, "from");
    const std::string_view recipient = text_in(event, "recipient");
    const bool known_sender = event.contains("from");
    const bool from_matches = wanted_.from.empty() || (known_sender && matches_address(wanted_.from, from));
    if (!from_matches || !matches_address(wanted_.to, recipient) || !wanted_.message_id.empty()) return;
    if (!in_time(event)) return;
    Candidate& refused = refused_recipients_[{ascii::to_lower(from), ascii::to_lower(recipient)}];
    refused.from = refused.to = true;
    take_event_of(refused, "recipient.refused", event);
    add_once(refused.mail.to, recipient);
}

void MailSearch::take_event_of(Candidate& candidate, std::string_view name, const json::object& event) {
    FoundMail& mail = candidate.mail;
    if (event.contains("from")) {
        const std::string_view from = text_in(event, "from");
        if (!mail.envelope_known) mail.from = std::string(from);
        mail.envelope_known = true;
        candidate.from = candidate.from || matches_address(wanted_.from, from);
    }
    const auto to = addresses_in(event);
    // Mostly the same list in every event; only what a later one adds is looked up one by one.
    const bool adds = name.starts_with("message.") && !std::equal(to.begin(), to.end(), mail.to.begin(), mail.to.end());
    for (const std::string_view recipient : to) {
        if (adds) add_once(mail.to, recipient);
        candidate.to = candidate.to || matches_address(wanted_.to, recipient);
    }
    if (const std::string_view id = text_in(event, "message_id"); !id.empty()) mail.message_id = std::string(id);
    if (const std::string_view client = text_in(event, "client"); !client.empty()) mail.client = std::string(client);
    if (mail.client.empty() || mail.id.empty()) {  // a refusal: each try from its own client
        const auto session = clients_.find(std::string(text_in(event, "session")));
        if (session != clients_.end()) mail.client = session->second;
    }
    const std::string_view piece = without_brackets(wanted_.message_id);
    candidate.message_id = candidate.message_id || icontains(mail.message_id, piece) ||
                           (!mail.id.empty() && icontains(piece, mail.id));  // composed as ID@our host
    candidate.time = candidate.time || in_time(event);
    mail.events.push_back(kept(event));
}

bool MailSearch::in_time(std::optional<Moment> moment) const {
    if (!wanted_.since && !wanted_.until) return true;
    return moment && (!wanted_.since || *moment >= *wanted_.since) && (!wanted_.until || *moment < *wanted_.until);
}

bool MailSearch::in_time(const json::object& event) const {
    if (!wanted_.since && !wanted_.until) return true;
    return in_time(moment_from_rfc3339(text_in(event, "time")));
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
bool MailSearch::may_be_dropped(const Candidate& candidate, std::string_view name) const noexcept {
    const bool is_end = name == "message.delivered" || name == "message.refused";
    if (!is_end && name != "message.deferred") return false;
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
