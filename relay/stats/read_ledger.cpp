#include "relay/stats/read_ledger.hpp"

#include <array>
#include <string_view>
#include <utility>

namespace mugaika {
namespace {

namespace dom = simdjson::dom;

constexpr std::array verdicts{MailVerdict::clean, MailVerdict::sanitized, MailVerdict::quarantined,
                              MailVerdict::refused};
constexpr std::array actions{PartVerdict::text, PartVerdict::rebuilt, PartVerdict::removed, PartVerdict::quarantined};

// One object of the ledger; `place` is its place in the JSON, for words of a later version.
class Object {
public:
    Object(Ledger& ledger, std::string place) : ledger_(ledger), place_(std::move(place)) {}

    Object inside(std::string_view list, std::size_t index) const {
        return {ledger_, place_ + "/" + std::string(list) + "/" + std::to_string(index)};
    }

    static bool take(dom::element json, std::string& text) {
        std::string_view view;
        if (json.get(view) != simdjson::SUCCESS) return false;
        text = view;
        return true;
    }
    static bool take(dom::element json, bool& truth) { return json.get(truth) == simdjson::SUCCESS; }
    template <class Number>
    static bool take(dom::element json, Number& number) {
        std::uint64_t value = 0;
        if (json.get(value) != simdjson::SUCCESS || !std::in_range<Number>(value)) return false;
        number = static_cast<Number>(value);
        return true;
    }
    // One of ours, or the strictest and a word of a later version.
    template <class Values, class Value>
    bool take(dom::element json, std::string_view key, const Values& values, Value& value, Value strictest) const {
        std::string_view word;
        if (json.is_null()) return true;
        if (json.get(word) != simdjson::SUCCESS) return false;
        for (const Value known : values) {
            if (to_string(known) == word) return value = known, true;
        }
        value = strictest;
        later(std::string(key), word);
        return true;
    }
    bool take(dom::element json, std::string_view key, Reason& reason) const {
        std::string_view word;
        if (json.get(word) != simdjson::SUCCESS) return false;
        const auto known = reason_from_name(word);
        reason = known.value_or(Reason::none);
        if (!known) later(std::string(key), word);
        return true;
    }
    bool take(dom::element json, std::string_view key, std::vector<Reason>& reasons) const {
        dom::array array;
        if (json.get(array) != simdjson::SUCCESS) return false;
        for (const dom::element element : array) {
            const std::string at = std::string(key) + "/" + std::to_string(reasons.size());
            if (!take(element, at, reasons.emplace_back())) return false;
        }
        return true;
    }
    bool take(dom::element json, std::string_view key, PartKind& kind) const {
        std::string_view word;
        if (json.get(word) != simdjson::SUCCESS) return false;
        const auto known = part_kind_from_name(word);
        kind = known.value_or(PartKind::other);
        if (!known) later(std::string(key), word);
        return true;
    }

private:
    void later(const std::string& key, std::string_view word) const {
        ledger_.later_words.emplace(place_ + "/" + key, word);
    }

    Ledger& ledger_;
    std::string place_;
};

bool take_loss(dom::element json, const Object& object, Loss& loss) {
    dom::object members;
    if (json.get(members) != simdjson::SUCCESS) return false;
    for (const auto& [key, value] : members) {
        if (key == "what" && !object.take(value, key, loss.what)) return false;
        if (key == "count" && !Object::take(value, loss.count)) return false;
    }
    return true;
}

bool take_losses(dom::element json, const Object& object, std::vector<Loss>& losses) {
    dom::array array;
    if (json.get(array) != simdjson::SUCCESS) return false;
    for (const dom::element element : array) {
        const Object of_loss = object.inside("losses", losses.size());
        if (!take_loss(element, of_loss, losses.emplace_back())) return false;
    }
    return true;
}

bool take_member_of_part(std::string_view key, dom::element value, const Object& object, PartRow& row) {
    if (key == "path") return Object::take(value, row.facts.path);
    if (key == "name") return Object::take(value, row.facts.name);
    if (key == "declared") return Object::take(value, row.facts.declared_type);
    if (key == "detected") return Object::take(value, row.facts.detected_type);
    if (key == "kind") return object.take(value, key, row.facts.kind);
    if (key == "attachment") return Object::take(value, row.facts.is_attachment);
    if (key == "bytes") return Object::take(value, row.facts.bytes);
    if (key == "sha256") return Object::take(value, row.sha256);
    if (key == "charset") return Object::take(value, row.charset);
    if (key == "undecodable") return Object::take(value, row.undecodable);
    if (key == "action") return object.take(value, key, actions, row.verdict, PartVerdict::quarantined);
    if (key == "method") return object.take(value, key, methods, row.method, Method::none);
    if (key == "reason") return object.take(value, key, row.reason);
    if (key == "handler") return Object::take(value, row.handler);
    if (key == "out_name") return Object::take(value, row.out_name);
    if (key == "out_sha256") return Object::take(value, row.out_sha256);
    if (key == "notes") return object.take(value, key, row.notes);
    if (key == "out_kind") return Object::take(value, row.out_kind);
    if (key == "out_bytes") return Object::take(value, row.out_bytes);
    if (key == "pages") return Object::take(value, row.pages);
    if (key == "losses") return take_losses(value, object, row.losses);
    return true;
}

bool take_parts(dom::element json, const Object& ledger_object, std::vector<PartRow>& parts) {
    dom::array array;
    if (json.get(array) != simdjson::SUCCESS) return false;
    for (const dom::element element : array) {
        dom::object members;
        if (element.get(members) != simdjson::SUCCESS) return false;
        const Object object = ledger_object.inside("parts", parts.size());
        PartRow& row = parts.emplace_back();
        for (const auto& [key, value] : members) {
            if (!take_member_of_part(key, value, object, row)) return false;
        }
    }
    return true;
}

bool take_digest(dom::element json, std::uint64_t& bytes, std::string& sha256) {
    dom::object members;
    if (json.get(members) != simdjson::SUCCESS) return false;
    for (const auto& [key, value] : members) {
        if (key == "bytes" && !Object::take(value, bytes)) return false;
        if (key == "sha256" && !Object::take(value, sha256)) return false;
    }
    return true;
}

bool take_member(std::string_view key, dom::element value, const Object& object, Ledger& ledger) {
    if (key == "id") return Object::take(value, ledger.id);
    if (key == "verdict") return object.take(value, key, verdicts, ledger.verdict, MailVerdict::quarantined);
    if (key == "reason") return object.take(value, key, ledger.reason);
    if (key == "in") return take_digest(value, ledger.in_bytes, ledger.in_sha256);
    if (key == "out") return take_digest(value, ledger.out_bytes, ledger.out_sha256);
    if (key == "findings") return object.take(value, key, ledger.findings);
    if (key == "parts") return take_parts(value, object, ledger.parts);
    return true;
}

}  // namespace

bool take_ledger(dom::object members, Ledger& into, std::string& blamed) {
    const Object object(into, "");
    for (const auto& [key, value] : members) {
        if (take_member(key, value, object, into)) continue;
        blamed = key;
        return false;
    }
    return true;
}

}  // namespace mugaika
