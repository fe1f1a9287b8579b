#include "relay/quarantine/item_text.hpp"

#include <algorithm>
#include <boost/json.hpp>

#include "policy/host_name.hpp"
#include "relay/log/event_log.hpp"
#include "relay/log/ledger_json.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;
using Clock = std::chrono::system_clock;

Error malformed(std::string_view what) { return {Fault::protocol, "malformed " + std::string(what)}; }

std::int64_t milliseconds_of(Clock::time_point time) {
    return std::chrono::duration_cast<std::chrono::milliseconds>(time.time_since_epoch()).count();
}

Clock::time_point time_of(std::int64_t milliseconds) {
    return Clock::time_point(std::chrono::milliseconds(milliseconds));
}

json::array addresses(const std::vector<MailAddress>& list) {
    json::array array;
    for (const MailAddress& address : list) array.emplace_back(address.text());
    return array;
}

// Reads members of one object; the first one that is missing or of another kind makes the whole reading fail.
class Reader {
public:
    explicit Reader(const json::object& object) : object_(object) {}

    std::string text(std::string_view key) {
        const json::value* value = object_.if_contains(key);
        const json::string* found = value == nullptr ? nullptr : value->if_string();
        if (found == nullptr) {
            good_ = false;
            return {};
        }
        return std::string(found->data(), found->size());
    }

    std::int64_t number(std::string_view key) {
        const json::value* value = object_.if_contains(key);
        if (value == nullptr || !value->is_number()) {
            good_ = false;
            return 0;
        }
        boost::system::error_code wrong;
        const auto found = value->to_number<std::int64_t>(wrong);
        good_ = good_ && !wrong;
        return found;
    }

    bool truth(std::string_view key) {
        const json::value* value = object_.if_contains(key);
        const bool* found = value == nullptr ? nullptr : value->if_bool();
        good_ = good_ && found != nullptr;
        return found != nullptr && *found;
    }

    PlainLine line(std::string_view key) {
        auto made = PlainLine::from(text(key));
        good_ = good_ && made.has_value();
        return made ? *made : PlainLine();
    }

    std::vector<std::string> texts(std::string_view key) {
        std::vector<std::string> list;
        const json::value* value = object_.if_contains(key);
        const json::array* array = value == nullptr ? nullptr : value->if_array();
        if (array == nullptr) good_ = false;
        for (std::size_t i = 0; array != nullptr && i < array->size(); ++i) {
            const json::string* entry = (*array)[i].if_string();
            if (entry == nullptr)
                good_ = false;
            else
                list.emplace_back(entry->data(), entry->size());
        }
        return list;
    }

    std::vector<MailAddress> address_list(std::string_view key) {
        std::vector<MailAddress> list;
        for (const std::string& entry : texts(key)) {
            auto address = MailAddress::parse(entry);
            if (address)
                list.push_back(*address);
            else
                good_ = false;
        }
        return list;
    }

    const json::object* object(std::string_view key) {
        const json::value* value = object_.if_contains(key);
        const json::object* found = value == nullptr ? nullptr : value->if_object();
        good_ = good_ && found != nullptr;
        return found;
    }

    bool good() const noexcept { return good_; }

private:
    const json::object& object_;
    bool good_ = true;
};

Result<json::value> parse_object(std::string_view text, std::string_view what) {
    boost::system::error_code wrong;
    json::value value = json::parse(json::string_view(text.data(), text.size()), wrong);
    if (wrong || !value.is_object()) return malformed(what);
    return value;
}

// What the sender asked about delivery reports, for the rest of a delivery. Not there when nothing was asked.
void put_dsn(json::object& object, const smtp::Envelope& envelope) {
    const auto& each = envelope.recipient_dsn;
    if (!envelope.dsn.asked() && std::none_of(each.begin(), each.end(), [](const auto& dsn) { return dsn.asked(); })) {
        return;
    }
    object["ret"] = envelope.dsn.ret;
    object["envid"] = envelope.dsn.envid;
    json::array notify, orcpt;
    for (const smtp::RecipientDsn& dsn : each) {
        notify.emplace_back(dsn.notify);
        orcpt.emplace_back(dsn.orcpt);
    }
    object["notify"] = std::move(notify);
    object["orcpt"] = std::move(orcpt);
}

json::object envelope_to_json(const smtp::Envelope& envelope) {
    json::object object{{"sender", envelope.sender_text()},
                        {"recipients", addresses(envelope.recipients)},
                        {"smtputf8", envelope.smtputf8}};
    put_dsn(object, envelope);
    return object;
}

// "" is what was not asked; anything else must be what a client may say.
template <class Dsn>
bool take_dsn(std::string_view keyword, const std::string& value, Dsn& dsn) {
    return value.empty() || smtp::take_dsn_parameter(keyword, value, dsn) == smtp::DsnParameter::taken;
}

bool read_dsn(const json::object& object, Reader& reader, smtp::Envelope& envelope) {
    if (!object.contains("notify")) return true;
    const std::vector<std::string> notify = reader.texts("notify");
    const std::vector<std::string> orcpt = reader.texts("orcpt");
    bool good = take_dsn("RET", reader.text("ret"), envelope.dsn) &&
                take_dsn("ENVID", reader.text("envid"), envelope.dsn) && notify.size() == orcpt.size() &&
                notify.size() <= envelope.recipients.size();
    for (std::size_t i = 0; good && i < notify.size(); ++i) {
        smtp::RecipientDsn& dsn = envelope.recipient_dsn.emplace_back();
        good = take_dsn("NOTIFY", notify[i], dsn) && take_dsn("ORCPT", orcpt[i], dsn);
    }
    return good;
}

Result<smtp::Envelope> envelope_from_json(const json::object& object) {
    Reader reader(object);
    smtp::Envelope envelope;
    const std::string sender = reader.text("sender");
    if (!sender.empty()) {
        auto address = MailAddress::parse(sender);
        if (!address) return malformed("sender");
        envelope.sender = *address;
    }
    envelope.recipients = reader.address_list("recipients");
    const json::value* smtputf8 = object.if_contains("smtputf8");
    const bool dsn_good = read_dsn(object, reader, envelope);
    if (!dsn_good || !reader.good() || smtputf8 == nullptr || !smtputf8->is_bool()) return malformed("envelope");
    envelope.smtputf8 = smtputf8->as_bool();
    return envelope;
}

}  // namespace

std::string item_to_text(const QuarantineItem& item) {
    json::object object{{"id", item.id},
                        {"route", item.route},
                        {"envelope", envelope_to_json(item.envelope)},
                        {"client_address", item.client_address},
                        {"client_helo", item.client_helo.str()},
                        {"protocol", item.protocol},
                        {"believed_ids", json::value_from(item.believed_ids)},
                        {"received_at_ms", milliseconds_of(item.received_at)},
                        {"subject", item.subject.str()},
                        {"from", item.from_text.str()},
                        {"original_bytes", item.original_bytes},
                        {"original_sha256", item.original_sha256},
                        {"ledger", to_json(item.ledger)}};
    if (!item.message_id.empty()) object["message_id"] = item.message_id;
    if (!item.unlocked_from.empty()) object["unlocked_from"] = item.unlocked_from;
    return json::serialize(object);
}

Result<QuarantineItem> item_from_text(std::string_view text) {
    auto value = parse_object(text, "item");
    if (!value) return value.error();
    Reader reader(value->as_object());
    QuarantineItem item;
    item.id = reader.text("id");
    item.route = reader.text("route");
    item.client_address = reader.text("client_address");
    item.client_helo = reader.line("client_helo");
    item.protocol = reader.text("protocol");
    // Items of 0.1.0 do not have it: nobody was believed then.
    if (value->as_object().contains("believed_ids")) item.believed_ids = reader.texts("believed_ids");
    if (value->as_object().contains("unlocked_from")) {
        item.unlocked_from = reader.text("unlocked_from");
        if (!is_message_id(item.unlocked_from)) return malformed("item");
    }
    if (value->as_object().contains("message_id")) item.message_id = reader.line("message_id").str();
    const bool names = std::all_of(item.believed_ids.begin(), item.believed_ids.end(), is_domain);
    item.received_at = time_of(reader.number("received_at_ms"));
    item.subject = reader.line("subject");
    item.from_text = reader.line("from");
    item.original_bytes = static_cast<std::uint64_t>(reader.number("original_bytes"));
    item.original_sha256 = reader.text("original_sha256");
    const json::object* envelope = reader.object("envelope");
    const json::object* ledger = reader.object("ledger");
    if (!reader.good() || !names || !is_message_id(item.id)) return malformed("item");
    auto read_envelope = envelope_from_json(*envelope);
    if (!read_envelope) return read_envelope.error();
    auto read_ledger = ledger_from_json(*ledger);
    if (!read_ledger) return read_ledger.error();
    item.envelope = std::move(*read_envelope);
    item.ledger = std::move(*read_ledger);
    return item;
}

std::string owed_order_to_text(const OwedOrder& owed) {
    const ReleaseOrder& order = owed.order;
    json::array parts;
    for (const std::string& part : order.parts) parts.emplace_back(part);
    const json::object object{{"version", 1},
                              {"order_id", order.order_id},
                              {"item_id", order.item_id},
                              {"parts", std::move(parts)},
                              {"recipients", addresses(order.recipients)},
                              {"person", order.person},
                              {"reason", order.reason},
                              {"ordered_at_ms", milliseconds_of(order.ordered_at)},
                              {"valid_until_ms", milliseconds_of(order.valid_until)},
                              {"attempts", owed.attempts},
                              {"next_try_ms", milliseconds_of(owed.next_try)},
                              {"last_words", owed.last_words},
                              {"state", to_string(owed.state)},
                              {"kind", to_string(order.kind)},
                              {"item_goes_with_it", order.item_goes_with_it},
                              {"session", order.session}};
    return json::serialize(object) + "\n";
}

namespace {

// Orders of 0.1.0 do not have it: all of them were releases. False: of a kind that this version does not know.
bool read_kind(const json::object& object, Reader& reader, ReleaseOrder& order) {
    if (!object.contains("kind")) return true;
    const std::string kind = reader.text("kind");
    if (kind == to_string(OrderKind::release)) return true;
    order.kind = OrderKind::rest;
    for (const OrderKind one : {OrderKind::unlock, OrderKind::rerun, OrderKind::image_pdf, OrderKind::checkpoint}) {
        if (kind == to_string(one)) order.kind = one;
    }
    order.item_goes_with_it = reader.truth("item_goes_with_it");
    order.session = reader.line("session").str();
    return kind == to_string(order.kind);
}

}  // namespace

Result<OwedOrder> owed_order_from_text(std::string_view text) {
    auto value = parse_object(text, "release order");
    if (!value) return value.error();
    Reader reader(value->as_object());
    OwedOrder owed;
    ReleaseOrder& order = owed.order;
    const bool known = reader.number("version") == 1;
    order.order_id = reader.text("order_id");
    order.item_id = reader.text("item_id");
    order.parts = reader.texts("parts");
    order.recipients = reader.address_list("recipients");
    order.person = reader.line("person").str();
    order.reason = reader.line("reason").str();
    order.ordered_at = time_of(reader.number("ordered_at_ms"));
    order.valid_until = time_of(reader.number("valid_until_ms"));
    owed.attempts = static_cast<std::uint32_t>(reader.number("attempts"));
    owed.next_try = time_of(reader.number("next_try_ms"));
    owed.last_words = reader.line("last_words").str();
    const std::string state = reader.text("state");
    bool state_known = false;
    for (const auto one : {OwedOrder::State::waiting, OwedOrder::State::held, OwedOrder::State::failed}) {
        if (state != to_string(one)) continue;
        owed.state = one;
        state_known = true;
    }
    const bool kind_known = read_kind(value->as_object(), reader, order);
    const bool good = known && state_known && kind_known && reader.good() && is_message_id(order.order_id) &&
                      is_message_id(order.item_id) && !order.recipients.empty() && !order.person.empty();
    if (!good) return malformed("release order");
    return owed;
}

std::string release_note_to_text(const ReleaseNote& note) {
    const json::object object{{"order_id", note.order_id},
                              {"person", note.person},
                              {"reason", note.reason},
                              {"parts", json::value_from(note.parts)},
                              {"recipients", json::value_from(note.recipients)},
                              {"delivered_at_ms", milliseconds_of(note.delivered_at)},
                              {"as_pictures", note.as_pictures}};
    return json::serialize(object) + "\n";
}

std::string unlock_record_to_text(const UnlockRecord& record) {
    json::array opened;
    for (const UnlockNote& note : record.opened) {
        opened.push_back(json::object{{"person", note.person},
                                      {"reason", note.reason},
                                      {"parts", json::value_from(note.parts)},
                                      {"follow_up", note.follow_up},
                                      {"at_ms", milliseconds_of(note.at)}});
    }
    return json::serialize(json::object{{"wrong_tries", record.wrong_tries}, {"opened", std::move(opened)}}) + "\n";
}

Result<UnlockRecord> unlock_record_from_text(std::string_view text) {
    auto value = parse_object(text, "record of passwords");
    if (!value) return value.error();
    Reader reader(value->as_object());
    UnlockRecord record;
    record.wrong_tries = static_cast<std::uint32_t>(reader.number("wrong_tries"));
    const json::value* opened = value->as_object().if_contains("opened");
    if (!reader.good() || opened == nullptr || !opened->is_array()) return malformed("record of passwords");
    for (const json::value& one : opened->get_array()) {
        if (!one.is_object()) return malformed("record of passwords");
        Reader note(one.get_object());
        record.opened.push_back({note.text("person"), note.text("reason"), note.texts("parts"), note.text("follow_up"),
                                 time_of(note.number("at_ms"))});
        if (!note.good()) return malformed("record of passwords");
    }
    return record;
}

std::string rerun_note_to_text(const RerunNote& note) {
    json::object object{{"order_id", note.order_id},
                        {"person", note.person},
                        {"result", to_string(note.result)},
                        {"recipients", json::value_from(note.recipients)},
                        {"brought", json::value_from(note.brought)},
                        {"not_coming", json::value_from(note.not_coming)},
                        {"at_ms", milliseconds_of(note.at)}};
    json::array& stays = object["stays"].emplace_array();
    for (const RerunNote::Stay& stay : note.stays) {
        stays.push_back(json::object{{"path", stay.path}, {"why", to_string(stay.why)}});
    }
    return json::serialize(object) + "\n";
}

namespace {

// A word of a later version says nothing here; that something stays is shown all the same.
bool read_stays(const json::object& object, RerunNote& note) {
    const json::value* stays = object.if_contains("stays");
    if (stays == nullptr || !stays->is_array()) return false;
    for (const json::value& one : stays->get_array()) {
        if (!one.is_object()) return false;
        Reader stay(one.get_object());
        const std::string path = stay.text("path");
        note.stays.push_back({path, reason_from_name(stay.text("why")).value_or(Reason::none)});
        if (!stay.good()) return false;
    }
    return true;
}

}  // namespace

Result<RerunNote> rerun_note_from_text(std::string_view text) {
    auto value = parse_object(text, "rerun note");
    if (!value) return value.error();
    Reader reader(value->as_object());
    RerunNote note;
    note.order_id = reader.text("order_id");
    note.person = reader.text("person");
    const std::string result = reader.text("result");
    for (const auto one : {RerunResult::brought, RerunResult::nothing_new, RerunResult::given_up}) {
        if (result == to_string(one)) note.result = one;
    }
    note.recipients = reader.texts("recipients");
    note.brought = reader.texts("brought");
    note.not_coming = reader.texts("not_coming");
    note.at = time_of(reader.number("at_ms"));
    const bool good = read_stays(value->as_object(), note) && reader.good();
    if (!good) return malformed("rerun note");
    return note;
}

Result<ReleaseNote> release_note_from_text(std::string_view text) {
    auto value = parse_object(text, "release note");
    if (!value) return value.error();
    Reader reader(value->as_object());
    ReleaseNote note;
    note.order_id = reader.text("order_id");
    note.person = reader.text("person");
    note.reason = reader.text("reason");
    note.parts = reader.texts("parts");
    note.recipients = reader.texts("recipients");
    note.delivered_at = time_of(reader.number("delivered_at_ms"));
    // Notes of earlier versions do not have it.
    if (value->as_object().contains("as_pictures")) note.as_pictures = reader.truth("as_pictures");
    if (!reader.good()) return malformed("release note");
    return note;
}

}  // namespace mugaika
