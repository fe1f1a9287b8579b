#include "relay/stats/read_ledger.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "relay/stats/same_key.hpp"

namespace mugaika {
namespace {

namespace dom = simdjson::dom;

constexpr std::array verdicts{MailVerdict::clean, MailVerdict::sanitized, MailVerdict::quarantined,
                              MailVerdict::refused};
constexpr std::array actions{PartVerdict::text, PartVerdict::rebuilt, PartVerdict::removed, PartVerdict::quarantined};

// One object of the ledger. Its place in the JSON is made up only for words of a later version.
class Object {
public:
    Object(Ledger& ledger, LogDetail detail) : ledger_(ledger), detail_(detail) {}
    Object(const Object& outer, std::string_view list, std::size_t index)
        : ledger_(outer.ledger_), detail_(outer.detail_), outer_(&outer), list_(list), index_(index) {}
    bool wants_all() const noexcept { return detail_ == LogDetail::all; }

    // Which nothing is counted by.
    bool take_text(dom::element json, std::string& text) const {
        return wants_all() ? take(json, text) : json.is_string();
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
            if (same_key(to_string(known), word)) return value = known, true;
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
        ledger_.later_words.emplace(place() + "/" + key, word);
    }
    std::string place() const {
        if (outer_ == nullptr) return {};
        return outer_->place() + "/" + std::string(list_) + "/" + std::to_string(index_);
    }

    Ledger& ledger_;
    const LogDetail detail_;
    const Object* const outer_ = nullptr;
    const std::string_view list_ = {};
    const std::size_t index_ = 0;
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
        const Object of_loss(object, "losses", losses.size());
        if (!take_loss(element, of_loss, losses.emplace_back())) return false;
    }
    return true;
}

struct MemberOfPart {
    std::string_view key;
    bool (*take)(dom::element, const MemberOfPart&, const Object&, PartRow&);
};
using Of = const MemberOfPart&;

template <auto Member>
constexpr auto text_of_row =
    [](dom::element value, Of, const Object& object, PartRow& row) { return object.take_text(value, row.*Member); };
template <auto Member>
constexpr auto text_of_facts = [](dom::element value, Of, const Object& object, PartRow& row) {
    return object.take_text(value, row.facts.*Member);
};
template <auto Member>
constexpr auto plain =
    [](dom::element value, Of, const Object&, PartRow& row) { return Object::take(value, row.*Member); };
template <auto Member>
constexpr auto plain_fact =
    [](dom::element value, Of, const Object&, PartRow& row) { return Object::take(value, row.facts.*Member); };

// In the order in which they are written (relay/log/ledger_json.cpp).
constexpr std::array members_of_part{
    MemberOfPart{"path", text_of_facts<&PartFacts::path>},
    MemberOfPart{"name", text_of_facts<&PartFacts::name>},
    MemberOfPart{"declared", text_of_facts<&PartFacts::declared_type>},
    MemberOfPart{"detected", plain_fact<&PartFacts::detected_type>},
    MemberOfPart{"kind", [](dom::element value, Of of, const Object& object,
                            PartRow& row) { return object.take(value, of.key, row.facts.kind); }},
    MemberOfPart{"attachment", plain_fact<&PartFacts::is_attachment>},
    MemberOfPart{"bytes", plain_fact<&PartFacts::bytes>},
    MemberOfPart{"sha256", text_of_row<&PartRow::sha256>},
    MemberOfPart{"charset", text_of_row<&PartRow::charset>},
    MemberOfPart{"undecodable", plain<&PartRow::undecodable>},
    MemberOfPart{"action",
                 [](dom::element value, Of of, const Object& object, PartRow& row) {
                     return object.take(value, of.key, actions, row.verdict, PartVerdict::quarantined);
                 }},
    MemberOfPart{"method", [](dom::element value, Of of, const Object& object,
                              PartRow& row) { return object.take(value, of.key, methods, row.method, Method::none); }},
    MemberOfPart{"reason", [](dom::element value, Of of, const Object& object,
                              PartRow& row) { return object.take(value, of.key, row.reason); }},
    MemberOfPart{"handler", plain<&PartRow::handler>},
    MemberOfPart{"out_name", text_of_row<&PartRow::out_name>},
    MemberOfPart{"out_sha256", text_of_row<&PartRow::out_sha256>},
    MemberOfPart{"notes", [](dom::element value, Of of, const Object& object,
                             PartRow& row) { return object.take(value, of.key, row.notes); }},
    MemberOfPart{"out_kind", text_of_row<&PartRow::out_kind>},
    MemberOfPart{"out_bytes", plain<&PartRow::out_bytes>},
    MemberOfPart{"pages", plain<&PartRow::pages>},
    MemberOfPart{"losses", [](dom::element value, Of, const Object& object, PartRow& row) {
                     return take_losses(value, object, row.losses);
                 }}};

// The next one is looked at first.
const MemberOfPart* member_of_part(std::string_view key, std::size_t& next) noexcept {
    for (std::size_t i = 0; i < members_of_part.size(); ++i) {
        const std::size_t at = (next + i) % members_of_part.size();
        if (!same_key(members_of_part[at].key, key)) continue;
        next = at + 1;
        return &members_of_part[at];
    }
    return nullptr;
}

bool take_parts(dom::element json, const Object& ledger_object, std::vector<PartRow>& parts) {
    dom::array array;
    if (json.get(array) != simdjson::SUCCESS) return false;
    parts.reserve(array.size());
    for (const dom::element element : array) {
        dom::object members;
        if (element.get(members) != simdjson::SUCCESS) return false;
        const Object object(ledger_object, "parts", parts.size());
        PartRow& row = parts.emplace_back();
        std::size_t next = 0;
        for (const auto& [key, value] : members) {
            const MemberOfPart* const member = member_of_part(key, next);
            if (member != nullptr && !member->take(value, *member, object, row)) return false;
        }
    }
    return true;
}

bool take_digest(dom::element json, const Object& object, std::uint64_t& bytes, std::string& sha256) {
    dom::object members;
    if (json.get(members) != simdjson::SUCCESS) return false;
    for (const auto& [key, value] : members) {
        if (same_key(key, "bytes") && !Object::take(value, bytes)) return false;
        if (same_key(key, "sha256") && !object.take_text(value, sha256)) return false;
    }
    return true;
}

bool take_member(std::string_view key, dom::element value, const Object& object, Ledger& ledger) {
    if (key == "id") return Object::take(value, ledger.id);
    if (key == "verdict") return object.take(value, key, verdicts, ledger.verdict, MailVerdict::quarantined);
    if (key == "reason") return object.take(value, key, ledger.reason);
    if (key == "in") return take_digest(value, object, ledger.in_bytes, ledger.in_sha256);
    if (key == "out") return take_digest(value, object, ledger.out_bytes, ledger.out_sha256);
    if (key == "findings") return object.take(value, key, ledger.findings);
    if (key == "parts") return take_parts(value, object, ledger.parts);
    return true;
}

}  // namespace

bool is_of_ledger(std::string_view key) noexcept {
    return std::any_of(ledger_keys.begin(), ledger_keys.end(),
                       [key](std::string_view known) { return same_key(known, key); });
}

bool take_ledger(const LedgerMembers& members, LogDetail detail, Ledger& into, std::string& blamed) {
    const Object object(into, detail);
    for (const auto& [key, value] : members.all()) {
        if (take_member(key, value, object, into)) continue;
        blamed = key;
        return false;
    }
    return true;
}

}  // namespace mugaika
