// The ledger as JSON and back (relay/log/events.hpp).
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

json::array reasons_to_json(const std::vector<Reason>& reasons) {
    json::array list;
    for (const Reason reason : reasons) list.emplace_back(to_string(reason));
    return list;
}

json::object part_to_json(const PartRow& row) {
    json::object part;
    part["path"] = shown_text(row.facts.path);
    part["name"] = shown_text(row.facts.name);
    part["declared"] = shown_text(row.facts.declared_type);
    part["detected"] = shown_text(row.facts.detected_type);
    part["kind"] = to_string(row.facts.kind);
    part["attachment"] = row.facts.is_attachment;
    part["bytes"] = row.facts.bytes;
    part["sha256"] = shown_text(row.sha256);
    part["charset"] = shown_text(row.charset);
    part["undecodable"] = row.undecodable;
    part["action"] = to_string(row.verdict);
    part["method"] = row.method.empty() ? json::value() : json::value(shown_text(row.method));
    part["reason"] = to_string(row.reason);
    part["handler"] = shown_text(row.handler);
    part["out_name"] = shown_text(row.out_name);
    part["out_sha256"] = shown_text(row.out_sha256);
    part["notes"] = reasons_to_json(row.notes);
    return part;
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

json::object to_json(const Ledger& ledger) {
    json::object object;
    object["id"] = shown_text(ledger.id);
    object["verdict"] = to_string(ledger.verdict);
    object["reason"] = to_string(ledger.reason);
    object["in"] = json::object{{"bytes", ledger.in_bytes}, {"sha256", shown_text(ledger.in_sha256)}};
    object["out"] = json::object{{"bytes", ledger.out_bytes}, {"sha256", shown_text(ledger.out_sha256)}};
    object["findings"] = reasons_to_json(ledger.findings);
    json::array parts;
    for (const PartRow& row : ledger.parts) parts.emplace_back(part_to_json(row));
    object["parts"] = std::move(parts);
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
