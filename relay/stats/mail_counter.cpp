#include "relay/stats/mail_counter.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "relay/log/timestamp.hpp"
#include "relay/stats/log_reader.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

constexpr std::array dimensions{Dimension::day, Dimension::route, Dimension::verdict, Dimension::reason,
                                Dimension::kind};
constexpr std::string_view recipient_refused = "recipient_refused";
constexpr std::string_view recipient_deferred = "recipient_deferred";
constexpr std::size_t day_characters = 10;  // "2026-11-20"

std::string code_of(const json::object& event) {
    return std::to_string(number_in(event, "code")) + " " + std::string(text_in(event, "enhanced"));
}

std::string refusal_reason(const json::object& event) {
    const std::string_view reason = text_in(event, "reason");
    return !reason.empty() && reason != "none" ? std::string(reason) : code_of(event);
}

std::uint64_t recipients_in(const json::object& event) {
    const json::value* to = event.if_contains("to");
    return to != nullptr && to->is_array() ? to->get_array().size() : 0;
}

// Of the reader's clock, whatever offset the log was written with. What is no moment is shown as it was written.
std::string day_of(const std::string& event_time) {
    const auto moment = moment_from_rfc3339(event_time);
    return (moment ? local_time_text(*moment) : event_time).substr(0, day_characters);
}

}  // namespace

std::string_view to_string(Dimension dimension) noexcept {
    switch (dimension) {
        case Dimension::day:
            return "day";
        case Dimension::route:
            return "route";
        case Dimension::verdict:
            return "verdict";
        case Dimension::reason:
            return "reason";
        case Dimension::kind:
            return "kind";
    }
    return "day";
}

std::optional<Dimension> dimension_from_name(std::string_view name) noexcept {
    const auto found =
        std::find_if(dimensions.begin(), dimensions.end(), [&](Dimension d) { return to_string(d) == name; });
    return found == dimensions.end() ? std::nullopt : std::optional(*found);
}

Counts& Counts::operator+=(const Counts& other) noexcept {
    mails += other.mails;
    bytes += other.bytes;
    deferrals += other.deferrals;
    parts += other.parts;
    dropped += other.dropped;
    recipients += other.recipients;
    return *this;
}

void MailCounter::take(const json::object& event) {
    const std::string_view name = text_in(event, "event");
    if (name == "recipient.refused") return take_refused_recipient(event);
    if (!name.starts_with("message.")) return;
    const std::string_view id = text_in(event, "id");
    // Only what came over SMTP has a session; without one it is a stored mail on its way again.
    const bool is_release = !id.empty() && text_in(event, "session").empty();
    if (!is_release) return take_step(name, event);
    if (name != "message.delivered") return;
    OpenMail released;
    released.time = std::string(text_in(event, "time"));
    released.route = std::string(text_in(event, "route"));
    released.recipients = recipients_in(event);
    const bool followed = text_in(event, "kind") == "rerun";
    count(released, followed ? "followed" : "released", std::string(text_in(event, "reason")));
}

// Without a session it is an order that asks; its outcome is told by its own events.
void MailCounter::take_refused_recipient(const json::object& event) {
    if (text_in(event, "session").empty()) return;
    const std::uint64_t code = number_in(event, "code");
    OpenMail no_mail;
    no_mail.time = std::string(text_in(event, "time"));
    no_mail.route = std::string(text_in(event, "route"));
    no_mail.recipients = 1;
    count(no_mail, code >= 500 ? recipient_refused : recipient_deferred, code_of(event));
}

void MailCounter::take_step(std::string_view name, const json::object& event) {
    if (name == "message.delivered") {
        return close(event, text_in(event, "verdict"), std::string(text_in(event, "reason")));
    }
    if (name == "message.refused") return close(event, "refused", refusal_reason(event));
    const std::string_view id = text_in(event, "id");
    if (id.empty()) return;
    OpenMail& mail = open_[std::string(id)];
    mail.time = std::string(text_in(event, "time"));
    mail.route = std::string(text_in(event, "route"));
    if (const std::uint64_t recipients = recipients_in(event); recipients > 0) mail.recipients = recipients;
    if (name == "message.received") {
        mail.bytes = number_in(event, "bytes");
    } else if (name == "message.sanitized") {
        take_ledger(event, mail);
    } else if (name == "message.deferred" || name == "message.owed") {
        mail.is_owed_rest = mail.is_owed_rest || name == "message.owed";
        mail.deferrals += name == "message.deferred" ? 1 : 0;
        mail.deferred_by = std::string(text_in(event, "stage")) + "/" + std::string(text_in(event, "failure"));
    }
}

// Each try writes a ledger; the last one counts.
void MailCounter::take_ledger(const json::object& event, OpenMail& mail) const {
    mail.kinds.fill({});
    if (const json::value* in = event.if_contains("in"); in != nullptr && in->is_object()) {
        mail.bytes = number_in(in->get_object(), "bytes");
    }
    const json::value* parts = event.if_contains("parts");
    if (parts == nullptr || !parts->is_array()) return;
    for (const json::value& value : parts->get_array()) {
        if (!value.is_object()) continue;
        const json::object& part = value.get_object();
        const PartKind kind = part_kind_from_name(text_in(part, "kind")).value_or(PartKind::other);
        PartCounts& counts = mail.kinds.at(static_cast<std::size_t>(kind));
        const std::string_view action = text_in(part, "action");
        ++counts.parts;
        counts.bytes += number_in(part, "bytes");
        if (action != "text" && action != "rebuilt") ++counts.dropped;
    }
}

void MailCounter::close(const json::object& event, std::string_view verdict, std::string reason) {
    OpenMail mail;
    const auto found = open_.find(std::string(text_in(event, "id")));
    if (found != open_.end()) {
        mail = std::move(found->second);
        open_.erase(found);
    }
    mail.time = std::string(text_in(event, "time"));
    mail.route = std::string(text_in(event, "route"));
    if (const std::uint64_t recipients = recipients_in(event); recipients > 0) mail.recipients = recipients;
    count(mail, verdict, reason);
}

void MailCounter::count(const OpenMail& mail, std::string_view verdict, const std::string& reason) {
    if (query_.since || query_.until) {
        const auto moment = moment_from_rfc3339(mail.time);
        if (!moment || (query_.since && *moment < *query_.since) || (query_.until && *moment >= *query_.until)) return;
    }
    Counts whole;
    const bool no_mail = mail.is_owed_rest || verdict == recipient_refused || verdict == recipient_deferred;
    whole.mails = no_mail ? 0 : 1;
    whole.recipients = mail.recipients;
    whole.bytes = mail.bytes;
    whole.deferrals = mail.deferrals;
    const bool by_kind = std::find(query_.by.begin(), query_.by.end(), Dimension::kind) != query_.by.end();
    for (std::uint32_t i = 0; i < part_kind_count; ++i) {
        const PartCounts& kind = mail.kinds.at(i);
        whole.parts += kind.parts;
        whole.dropped += kind.dropped;
        if (!by_kind || kind.parts == 0) continue;
        add_row(mail, verdict, reason, to_string(static_cast<PartKind>(i)),
                {whole.mails, kind.bytes, mail.deferrals, kind.parts, kind.dropped, mail.recipients});
    }
    if (!by_kind) add_row(mail, verdict, reason, "", whole);
}

void MailCounter::add_row(const OpenMail& mail, std::string_view verdict, const std::string& reason,
                          std::string_view kind, const Counts& counts) {
    std::vector<std::string> key;
    for (const Dimension dimension : query_.by) {
        switch (dimension) {
            case Dimension::day:
                key.push_back(day_of(mail.time));
                break;
            case Dimension::route:
                key.push_back(mail.route);
                break;
            case Dimension::verdict:
                key.emplace_back(verdict);
                break;
            case Dimension::reason:
                key.push_back(reason);
                break;
            case Dimension::kind:
                key.emplace_back(kind);
                break;
        }
    }
    rows_[std::move(key)] += counts;
}

MailCounter::Rows MailCounter::finish() && {
    for (const auto& [id, mail] : open_) {
        if (mail.is_owed_rest) {
            count(mail, "owed", mail.deferred_by);
        } else if (mail.deferrals > 0) {
            count(mail, "deferred", mail.deferred_by);
        } else {
            count(mail, "unfinished", "none");
        }
    }
    return std::move(rows_);
}

}  // namespace mugaika
