// The ledger as JSON and back (relay/log/event_log.hpp).
#include "relay/log/ledger_json.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <map>
#include <string>
#include <utility>

#include "policy/shown_text.hpp"
#include "relay/log/event_log.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

constexpr std::array verdicts{MailVerdict::clean, MailVerdict::sanitized, MailVerdict::quarantined,
                              MailVerdict::refused};
constexpr std::array actions{PartVerdict::text, PartVerdict::rebuilt, PartVerdict::removed, PartVerdict::quarantined};

void put(json::object& object, std::string_view key, std::string_view untrusted_value) {
    object[key].emplace_string() = shown_text(untrusted_value);
}

// The words of one ledger or one of its parts, `place` is the part's place in the JSON.
class Words {
public:
    Words(const Ledger& ledger, std::string place) : ledger_(ledger), place_(std::move(place)) {}

    Words inside(std::string_view list, std::size_t index) const {
        return {ledger_, place_ + "/" + std::string(list) + "/" + std::to_string(index)};
    }
    void put(json::object& object, const std::string& key, std::string_view known) const {
        if (ledger_.later_words.empty()) return mugaika::put(object, key, known);
        mugaika::put(object, key, ledger_.word(place_ + "/" + key, known));
    }
    void put_or_null(json::object& object, const std::string& key, std::string_view known) const {
        put(object, key, known);
        if (object[key].get_string().empty()) object[key] = nullptr;
    }
    void put(json::object& object, const std::string& key, const std::vector<Reason>& reasons) const {
        json::array& list = object[key].emplace_array();
        for (std::size_t i = 0; i < reasons.size(); ++i) {
            if (ledger_.later_words.empty()) {
                list.emplace_back(to_string(reasons[i]));
            } else {
                const std::string word =
                    ledger_.word(place_ + "/" + key + "/" + std::to_string(i), to_string(reasons[i]));
                list.emplace_back(shown_text(word));
            }
        }
    }

private:
    const Ledger& ledger_;
    const std::string place_;
};

void put_digest(json::object& object, std::string_view key, std::uint64_t bytes, std::string_view sha256) {
    json::object& digest = object[key].emplace_object();
    digest["bytes"] = bytes;
    put(digest, "sha256", sha256);
}

void write_part(json::object& part, const PartRow& row, const Words& words) {
    part.reserve(21);
    put(part, "path", row.facts.path);
    put(part, "name", row.facts.name);
    put(part, "declared", row.facts.declared_type);
    put(part, "detected", row.facts.detected_type);
    words.put(part, "kind", to_string(row.facts.kind));
    part["attachment"] = row.facts.is_attachment;
    part["bytes"] = row.facts.bytes;
    put(part, "sha256", row.sha256);
    put(part, "charset", row.charset);
    part["undecodable"] = row.undecodable;
    words.put(part, "action", to_string(row.verdict));
    words.put_or_null(part, "method", to_string(row.method));
    words.put(part, "reason", to_string(row.reason));
    put(part, "handler", row.handler);
    put(part, "out_name", row.out_name);
    put(part, "out_sha256", row.out_sha256);
    words.put(part, "notes", row.notes);
    if (row.out_kind.empty()) return;
    put(part, "out_kind", row.out_kind);
    part["out_bytes"] = row.out_bytes;
    part["pages"] = row.pages;
    json::array& losses = part["losses"].emplace_array();
    for (const Loss& loss : row.losses) {
        const Words of_loss = words.inside("losses", losses.size());
        json::object& one = losses.emplace_back(json::object_kind).get_object();
        of_loss.put(one, "what", to_string(loss.what));
        one["count"] = loss.count;
    }
}

// Reads the members of one object. The first that is missing or of the wrong kind is remembered; what is read after
// it is worthless, so that the caller asks once at the end. Words that are none of ours are put down by their place,
// which begins with that of the object.
class Members {
public:
    struct Notes {
        std::string fault;
        std::map<std::string, std::string> later_words;
    };

    Members(const json::object& object, std::string place, Notes& notes)
        : object_(object), place_(std::move(place)), notes_(notes) {}

    std::string text(std::string_view key) {
        const json::value* value = find(key);
        if (value == nullptr || !value->is_string()) return blame(key, std::string());
        return std::string(value->get_string());
    }
    std::uint64_t number(std::string_view key) {
        const json::value* value = find(key);
        if (value != nullptr && value->is_uint64()) return value->get_uint64();
        if (value == nullptr || !value->is_int64() || value->get_int64() < 0) return blame(key, std::uint64_t{0});
        return static_cast<std::uint64_t>(value->get_int64());
    }
    bool truth(std::string_view key) {
        const json::value* value = find(key);
        return value != nullptr && value->is_bool() ? value->get_bool() : blame(key, false);
    }
    Reason reason(std::string_view key) { return reason_named(place_of(key), text(key)); }
    std::vector<Reason> reasons(std::string_view key) {
        std::vector<Reason> list;
        for (const json::value& value : array(key)) {
            const std::string place = place_of(key) + "/" + std::to_string(list.size());
            list.push_back(value.is_string() ? reason_named(place, value.get_string()) : blame(key, Reason::none));
        }
        return list;
    }
    PartKind kind(std::string_view key) {
        const std::string name = text(key);
        const auto kind = part_kind_from_name(name);
        return kind ? *kind : later(place_of(key), name, PartKind::other);
    }
    template <class Values, class Value>
    Value one_of(std::string_view key, const Values& values, Value strictest) {
        const std::string name = text(key);
        for (const Value value : values) {
            if (to_string(value) == name) return value;
        }
        return later(place_of(key), name, strictest);
    }
    template <class Values, class Value>
    Value one_of_or_null(std::string_view key, const Values& values, Value null) {
        const json::value* value = find(key);
        return value != nullptr && value->is_null() ? null : one_of(key, values, null);
    }
    const json::array& array(std::string_view key) {
        static const json::array nothing;
        const json::value* value = find(key);
        return value != nullptr && value->is_array() ? value->get_array() : blame(key, nothing);
    }
    const json::object& object(std::string_view key) {
        static const json::object nothing;
        const json::value* value = find(key);
        return value != nullptr && value->is_object() ? value->get_object() : blame(key, nothing);
    }

    std::string place_of(std::string_view key) const { return place_ + "/" + std::string(key); }

private:
    const json::value* find(std::string_view key) const { return object_.if_contains(key); }
    template <class T>
    const T& blame(std::string_view key, const T& instead) {
        if (notes_.fault.empty())
            notes_.fault = "the ledger's \"" + std::string(key) + "\" is missing or of the wrong kind";
        return instead;
    }
    template <class T>
    T later(const std::string& place, std::string_view word, T strictest) {
        notes_.later_words.emplace(place, word);
        return strictest;
    }
    Reason reason_named(const std::string& place, std::string_view name) {
        const auto reason = reason_from_name(name);
        return reason ? *reason : later(place, name, Reason::none);
    }

    const json::object& object_;
    const std::string place_;
    Notes& notes_;
};

PartRow part_from_json(const json::object& object, std::string place, Members::Notes& notes) {
    Members part(object, std::move(place), notes);
    PartRow row;
    row.facts.path = part.text("path");
    row.facts.name = part.text("name");
    row.facts.declared_type = part.text("declared");
    row.facts.detected_type = part.text("detected");
    row.facts.kind = part.kind("kind");
    row.facts.is_attachment = part.truth("attachment");
    row.facts.bytes = part.number("bytes");
    row.sha256 = part.text("sha256");
    row.charset = part.text("charset");
    row.undecodable = part.number("undecodable");
    row.verdict = part.one_of("action", actions, PartVerdict::quarantined);
    row.method = part.one_of_or_null("method", methods, Method::none);
    row.reason = part.reason("reason");
    row.handler = part.text("handler");
    row.out_name = part.text("out_name");
    row.out_sha256 = part.text("out_sha256");
    row.notes = part.reasons("notes");
    if (!object.contains("out_kind")) return row;  // not rebuilt, or written by an earlier version
    row.out_kind = part.text("out_kind");
    row.out_bytes = part.number("out_bytes");
    row.pages = static_cast<std::uint32_t>(part.number("pages"));
    for (const json::value& value : part.array("losses")) {
        static const json::object nothing;
        const std::string at = part.place_of("losses") + "/" + std::to_string(row.losses.size());
        Members loss(value.is_object() ? value.get_object() : nothing, at, notes);
        row.losses.push_back({loss.reason("what"), static_cast<std::uint32_t>(loss.number("count"))});
    }
    return row;
}

}  // namespace

json::object to_json(const Ledger& ledger, json::storage_ptr memory) {
    json::object object(std::move(memory));
    const Words words(ledger, "");
    put(object, "id", ledger.id);
    words.put(object, "verdict", to_string(ledger.verdict));
    words.put(object, "reason", to_string(ledger.reason));
    put_digest(object, "in", ledger.in_bytes, ledger.in_sha256);
    put_digest(object, "out", ledger.out_bytes, ledger.out_sha256);
    words.put(object, "findings", ledger.findings);
    json::array& parts = object["parts"].emplace_array();
    for (const PartRow& row : ledger.parts) {
        const Words of_part = words.inside("parts", parts.size());
        write_part(parts.emplace_back(json::object_kind).get_object(), row, of_part);
    }
    return object;
}

Result<Ledger> ledger_from_json(const json::object& object) {
    Members::Notes notes;
    Members members(object, "", notes);
    Ledger ledger;
    ledger.id = members.text("id");
    ledger.verdict = members.one_of("verdict", verdicts, MailVerdict::quarantined);
    ledger.reason = members.reason("reason");
    Members in(members.object("in"), "/in", notes);
    ledger.in_bytes = in.number("bytes");
    ledger.in_sha256 = in.text("sha256");
    Members out(members.object("out"), "/out", notes);
    ledger.out_bytes = out.number("bytes");
    ledger.out_sha256 = out.text("sha256");
    ledger.findings = members.reasons("findings");
    for (const json::value& part : members.array("parts")) {
        if (!part.is_object()) return Error(Fault::protocol, "a part of the ledger is no object");
        const std::string place = "/parts/" + std::to_string(ledger.parts.size());
        ledger.parts.push_back(part_from_json(part.get_object(), place, notes));
    }
    if (!notes.fault.empty()) return Error(Fault::protocol, notes.fault);
    ledger.later_words = std::move(notes.later_words);
    return ledger;
}

}  // namespace mugaika
