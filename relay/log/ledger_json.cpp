// The ledger as JSON and back (relay/log/events.hpp).
#include "relay/log/ledger_json.hpp"

#include <array>
#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include "policy/shown_text.hpp"
#include "relay/log/events.hpp"

namespace mugaika {
namespace {

namespace json = boost::json;

constexpr std::array verdicts{MailVerdict::clean, MailVerdict::sanitized, MailVerdict::quarantined,
                              MailVerdict::refused};
constexpr std::array actions{PartVerdict::text, PartVerdict::rebuilt, PartVerdict::removed, PartVerdict::quarantined};

void put(json::object& object, std::string_view key, std::string_view untrusted_value) {
    object[key].emplace_string() = shown_text(untrusted_value);
}

void put_reasons(json::object& object, std::string_view key, const std::vector<Reason>& reasons) {
    json::array& list = object[key].emplace_array();
    for (const Reason reason : reasons) list.emplace_back(to_string(reason));
}

void put_digest(json::object& object, std::string_view key, std::uint64_t bytes, std::string_view sha256) {
    json::object& digest = object[key].emplace_object();
    digest["bytes"] = bytes;
    put(digest, "sha256", sha256);
}

void write_part(json::object& part, const PartRow& row) {
    part.reserve(17);
    put(part, "path", row.facts.path);
    put(part, "name", row.facts.name);
    put(part, "declared", row.facts.declared_type);
    put(part, "detected", row.facts.detected_type);
    put(part, "kind", to_string(row.facts.kind));
    part["attachment"] = row.facts.is_attachment;
    part["bytes"] = row.facts.bytes;
    put(part, "sha256", row.sha256);
    put(part, "charset", row.charset);
    part["undecodable"] = row.undecodable;
    put(part, "action", to_string(row.verdict));
    if (row.method.empty()) {
        part["method"] = nullptr;
    } else {
        put(part, "method", row.method);
    }
    put(part, "reason", to_string(row.reason));
    put(part, "handler", row.handler);
    put(part, "out_name", row.out_name);
    put(part, "out_sha256", row.out_sha256);
    put_reasons(part, "notes", row.notes);
}

// Reads the members of one object. The first that is missing or of the wrong kind is remembered; what is read after
// it is worthless, so that the caller asks once at the end.
class Members {
public:
    Members(const json::object& object, std::string& fault) : object_(object), fault_(fault) {}

    std::string text(std::string_view key) {
        const json::value* value = find(key);
        if (value == nullptr || !value->is_string()) return blame(key, std::string());
        return std::string(value->get_string());
    }
    std::string text_or_null(std::string_view key) {
        const json::value* value = find(key);
        return value != nullptr && value->is_null() ? std::string() : text(key);
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
    Reason reason(std::string_view key) { return reason_named(key, text(key)); }
    std::vector<Reason> reasons(std::string_view key) {
        std::vector<Reason> list;
        for (const json::value& value : array(key)) {
            list.push_back(value.is_string() ? reason_named(key, value.get_string()) : blame(key, Reason::none));
        }
        return list;
    }
    PartKind kind(std::string_view key) {
        const auto kind = part_kind_from_name(text(key));
        return kind ? *kind : blame(key, PartKind::other);
    }
    template <class Values>
    auto one_of(std::string_view key, const Values& values) {
        const std::string name = text(key);
        for (const auto value : values) {
            if (to_string(value) == name) return value;
        }
        return blame(key, values.front());
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

private:
    const json::value* find(std::string_view key) const { return object_.if_contains(key); }
    template <class T>
    const T& blame(std::string_view key, const T& instead) {
        if (fault_.empty()) fault_ = "the ledger's \"" + std::string(key) + "\" is missing or of the wrong kind";
        return instead;
    }
    Reason reason_named(std::string_view key, std::string_view name) {
        const auto reason = reason_from_name(name);
        return reason ? *reason : blame(key, Reason::none);
    }

    const json::object& object_;
    std::string& fault_;
};

PartRow part_from_json(const json::object& object, std::string& fault) {
    Members part(object, fault);
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
    row.verdict = part.one_of("action", actions);
    row.method = part.text_or_null("method");
    row.reason = part.reason("reason");
    row.handler = part.text("handler");
    row.out_name = part.text("out_name");
    row.out_sha256 = part.text("out_sha256");
    row.notes = part.reasons("notes");
    return row;
}

}  // namespace

json::object to_json(const Ledger& ledger, json::storage_ptr memory) {
    json::object object(std::move(memory));
    put(object, "id", ledger.id);
    put(object, "verdict", to_string(ledger.verdict));
    put(object, "reason", to_string(ledger.reason));
    put_digest(object, "in", ledger.in_bytes, ledger.in_sha256);
    put_digest(object, "out", ledger.out_bytes, ledger.out_sha256);
    put_reasons(object, "findings", ledger.findings);
    json::array& parts = object["parts"].emplace_array();
    for (const PartRow& row : ledger.parts) write_part(parts.emplace_back(json::object_kind).get_object(), row);
    return object;
}

Result<Ledger> ledger_from_json(const json::object& object) {
    std::string fault;
    Members members(object, fault);
    Ledger ledger;
    ledger.id = members.text("id");
    ledger.verdict = members.one_of("verdict", verdicts);
    ledger.reason = members.reason("reason");
    Members in(members.object("in"), fault);
    ledger.in_bytes = in.number("bytes");
    ledger.in_sha256 = in.text("sha256");
    Members out(members.object("out"), fault);
    ledger.out_bytes = out.number("bytes");
    ledger.out_sha256 = out.text("sha256");
    ledger.findings = members.reasons("findings");
    for (const json::value& part : members.array("parts")) {
        if (!part.is_object()) return Error(Fault::protocol, "a part of the ledger is no object");
        ledger.parts.push_back(part_from_json(part.get_object(), fault));
    }
    if (!fault.empty()) return Error(Fault::protocol, fault);
    return ledger;
}

}  // namespace mugaika
