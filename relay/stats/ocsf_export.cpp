#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include "policy/shown_text.hpp"
#include "relay/log/event_members.hpp"
#include "relay/stats/event_export.hpp"
#include "relay/stats/event_facts.hpp"
#include "relay/stats/member_texts.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

constexpr int email_activity = 4009;
constexpr int network_category = 4;
constexpr int inbound = 1;

enum class Activity : int { none = 0, send = 1, receive = 2, scan = 3 };
enum class Disposition : int { unknown = 0, allowed = 1, blocked = 2, quarantined = 3, deferred = 99 };
enum class Status : int { unknown = 0, success = 1, failure = 2 };

struct Meaning {
    Activity activity = Activity::none;
    Disposition disposition = Disposition::unknown;
    Status status = Status::unknown;
};

// What is not about the mail as a whole is a base event.
struct MeaningOf {
    template <class Event>
    Meaning operator()(const Event&) const {
        return {};
    }
    Meaning operator()(const event::MessageReceived&) const {
        return {Activity::receive, Disposition::unknown, Status::success};
    }
    Meaning operator()(const event::MessageSanitized& event) const {
        switch (event.ledger.verdict) {
            case MailVerdict::clean:
            case MailVerdict::sanitized:
                return {Activity::scan, Disposition::allowed, Status::success};
            case MailVerdict::quarantined:
                return {Activity::scan, Disposition::quarantined, Status::success};
            case MailVerdict::refused:
                break;
        }
        return {Activity::scan, Disposition::blocked, Status::success};
    }
    Meaning operator()(const event::MessageQuarantined&) const {
        return {Activity::scan, Disposition::quarantined, Status::success};
    }
    Meaning operator()(const event::MessageDelivered& event) const {
        const bool is_held = event.verdict.is(MailVerdict::quarantined);  // a notice went in its place
        return {Activity::send, is_held ? Disposition::quarantined : Disposition::allowed, Status::success};
    }
    Meaning operator()(const event::MessageDeferred&) const {
        return {Activity::receive, Disposition::deferred, Status::failure};
    }
    Meaning operator()(const event::MessageOwed&) const {
        return {Activity::send, Disposition::deferred, Status::failure};
    }
    Meaning operator()(const event::MessageRefused&) const {
        return {Activity::receive, Disposition::blocked, Status::failure};
    }
    Meaning operator()(const event::RecipientRefused&) const {
        return {Activity::receive, Disposition::blocked, Status::failure};
    }
};

int severity_id(Severity severity) {
    switch (severity) {
        case Severity::alert:
            return 5;
        case Severity::error:
            return 4;
        case Severity::warning:
            return 3;
        case Severity::notice:
            return 2;
        case Severity::info:
            break;
    }
    return 1;
}

// OCSF has no word for a mail that its sender keeps and brings again.
void put_disposition(json::object& object, Disposition disposition) {
    constexpr int allowed = 1, denied = 2, not_known = 0;
    const bool is_denied = disposition == Disposition::blocked || disposition == Disposition::quarantined;
    const int action = disposition == Disposition::allowed ? allowed : is_denied ? denied : not_known;
    object["action_id"] = action;
    object["disposition_id"] = static_cast<int>(disposition);
    if (disposition == Disposition::deferred) object["disposition"] = "Deferred";
}

json::object metadata(const ReadEvent& read) {
    json::object product{{"name", "mugaika"}, {"vendor_name", "mugaika"}, {"version", MUGAIKA_VERSION}};
    return {{"version", "1.1.0"},
            {"product", std::move(product)},
            {"profiles", json::array{"security_control", "host"}},
            {"log_name", "mugaika"},
            {"event_code", shown_text(read.name)},
            {"original_time", shown_text(read.time)}};
}

// Members that the class has a place for are taken out of `rest`.
std::string taken(json::object& rest, std::string_view key) {
    const auto found = rest.find(key);
    if (found == rest.end()) return {};
    std::string text(found->value().as_string());
    rest.erase(found);
    return text;
}

json::array taken_list(const EventFacts& facts, json::object& rest) {
    json::array list;
    const std::string recipient = taken(rest, key::recipient.name);
    if (!recipient.empty()) list.emplace_back(recipient);
    if (facts.to != nullptr) {
        for (const std::string& address : *facts.to) list.emplace_back(shown_text(address));
    }
    taken(rest, key::to.name);
    return list;
}

void put_email(json::object& object, const EventFacts& facts, json::object& rest) {
    json::object email;
    const std::string from = taken(rest, key::from.name);
    const json::array to = taken_list(facts, rest);
    email["from"] = from;  // the header's is not in the log
    email["to"] = to;
    email["smtp_from"] = from;
    email["smtp_to"] = to;
    if (const std::string id = taken(rest, key::id.name); !id.empty()) email["uid"] = id;
    if (const std::string id = taken(rest, key::message_id.name); !id.empty()) email["message_uid"] = id;
    if (const std::string bytes = taken(rest, key::bytes.name); !bytes.empty()) email["size"] = std::stoull(bytes);
    object["email"] = std::move(email);
    object["direction_id"] = inbound;
    object["protocol_name"] = "SMTP";
    if (const std::string client = taken(rest, key::client.name); !client.empty()) {
        object["src_endpoint"] = json::object{{"ip", client}};
    }
    if (const std::string next_hop = taken(rest, key::next_hop.name); !next_hop.empty()) {
        const std::size_t colon = next_hop.rfind(':');
        object["dst_endpoint"] = json::object{{"hostname", next_hop.substr(0, colon)}};
    }
}

class OcsfExport final : public EventExport {
public:
    explicit OcsfExport(std::ostream& out) : out_(out) {}

    void write(const ReadEvent& read) override {
        const Meaning meaning = read.event ? std::visit(MeaningOf{}, *read.event) : Meaning{};
        const bool is_email = meaning.activity != Activity::none;
        const int class_uid = is_email ? email_activity : 0;
        const int activity = static_cast<int>(meaning.activity);
        const EventName later{read.name, read.name, read.name, Severity::info};
        const EventName& name = read.event ? name_of(*read.event) : later;
        json::object rest;
        for (const MemberText& member : member_texts(read)) rest[member.key] = member.text;

        json::object object;
        object["time"] = std::chrono::duration_cast<std::chrono::milliseconds>(read.moment.time_since_epoch()).count();
        object["class_uid"] = class_uid;
        object["category_uid"] = is_email ? network_category : 0;
        object["activity_id"] = activity;
        object["type_uid"] = class_uid * 100 + activity;
        object["severity_id"] = severity_id(name.severity);
        object["message"] = shown_text(name.english);
        object["metadata"] = metadata(read);
        object["device"] = json::object{{"hostname", shown_text(read.host)}, {"type_id", 1}};
        if (meaning.status != Status::unknown) object["status_id"] = static_cast<int>(meaning.status);
        if (const std::string code = taken(rest, key::code.name); !code.empty()) object["status_code"] = code;
        if (const std::string why = taken(rest, key::why.name); !why.empty()) object["status_detail"] = why;
        if (is_email) {
            put_disposition(object, meaning.disposition);
            put_email(object, facts_of(*read.event), rest);
        }
        object["unmapped"] = std::move(rest);
        out_ << json::serialize(object) << "\n";
    }

private:
    std::ostream& out_;
};

}  // namespace

std::unique_ptr<EventExport> make_ocsf_export(std::ostream& out) { return std::make_unique<OcsfExport>(out); }

}  // namespace mugaika
