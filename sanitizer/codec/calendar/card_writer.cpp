#include <algorithm>
#include <array>
#include <optional>
#include <string_view>
#include <utility>

#include "policy/ascii.hpp"
#include "sanitizer/codec/calendar/calendar_writer.hpp"
#include "sanitizer/codec/calendar/content_lines.hpp"
#include "sanitizer/codec/calendar/value_rules.hpp"

namespace mugaika::codec {
namespace {

using sandboxed::CalendarReading;
using sandboxed::Property;

enum class Value { line, text, fields, web, mail, day };

struct Rule {
    std::string_view name;
    Value value;
    bool is_repeated = false;
    std::size_t fields = 0;  // exactly so many; 0: as many as there are
    bool has_types = false;
};

// In the order in which they are written. FN and N come before them.
constexpr auto rules = std::to_array<Rule>({
    {"SORT-STRING", Value::line},
    {"NICKNAME", Value::line},
    {"ORG", Value::fields},
    {"TITLE", Value::line},
    {"ROLE", Value::line},
    {"TEL", Value::line, true, 0, true},
    {"EMAIL", Value::mail, true, 0, true},
    {"ADR", Value::fields, true, 7, true},
    {"URL", Value::web, true},
    {"BDAY", Value::day},
    {"NOTE", Value::text, true},
    {"UID", Value::line},
});

// RFC 2426 3.2.1, 3.3.1, 3.3.2, in the order in which they are written.
constexpr auto known_types =
    std::to_array<std::string_view>({"HOME", "WORK", "PREF", "VOICE", "FAX", "CELL", "MSG", "PAGER", "CAR", "VIDEO",
                                     "INTERNET", "DOM", "INTL", "POSTAL", "PARCEL"});

using Card = std::vector<const Property*>;

std::vector<Card> cards_of(const std::vector<Property>& properties) {
    std::vector<Card> cards;
    std::size_t hidden = 0;
    bool is_open = false;
    for (const Property& property : properties) {
        if (property.name == "BEGIN") {
            if (is_open || hidden > 0 || sandboxed::to_upper(ascii::trim(property.value)) != "VCARD") {
                ++hidden;
            } else {
                cards.emplace_back();
                is_open = true;
            }
        } else if (property.name == "END") {
            hidden > 0 ? static_cast<void>(--hidden) : static_cast<void>(is_open = false);
        } else if (is_open && hidden == 0) {
            cards.back().push_back(&property);
        }
    }
    return cards;
}

// "HOME;CELL" of vCard 2.1 and "TYPE=home,cell" of 3.0.
std::string types_of(const Property& property) {
    const std::string parameters = sandboxed::to_upper(property.parameters);
    std::string out;
    for (const std::string_view type : known_types) {
        for (std::size_t at = parameters.find(type); at != parameters.npos; at = parameters.find(type, at + 1)) {
            const auto is_edge = [&](std::size_t i) {
                return i >= parameters.size() || !(ascii::is_alnum(parameters[i]) || parameters[i] == '-');
            };
            if (!is_edge(at - 1) || !is_edge(at + type.size())) continue;
            out.append(out.empty() ? ";TYPE=" : ",").append(type);
            break;
        }
    }
    return out;
}

// Parted at semicolons that are not escaped, each cleaned.
std::vector<std::string> fields_of(std::string_view value) {
    std::vector<std::string> fields(1);
    std::vector<std::string> raw(1);
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] == '\\' && i + 1 < value.size()) {
            raw.back() += value[i];
            raw.back() += value[++i];
        } else if (value[i] == ';') {
            raw.emplace_back();
        } else {
            raw.back() += value[i];
        }
    }
    fields.clear();
    for (const std::string& one : raw) fields.push_back(line_value(sandboxed::unescaped(one)));
    return fields;
}

std::string joined(const std::vector<std::string>& fields) {
    std::string out;
    for (std::size_t i = 0; i < fields.size(); ++i) out.append(i == 0 ? "" : ";").append(fields[i]);
    return out;
}

std::string fields_value(std::string_view value, std::size_t count) {
    constexpr std::size_t fields_max = 20;
    std::vector<std::string> fields = fields_of(value);
    fields.resize(count == 0 ? std::min(fields.size(), fields_max) : count);
    const bool has_none = std::all_of(fields.begin(), fields.end(), [](const auto& field) { return field.empty(); });
    return has_none ? std::string() : joined(fields);
}

// "19760401" and "1976-04-01".
std::string day_value(std::string_view untrusted) {
    std::string text(ascii::trim(untrusted).substr(0, 10));
    std::erase(text, '-');
    text.resize(std::min<std::size_t>(text.size(), 8));
    if (!is_date(text)) return "";
    return text.substr(0, 4) + "-" + text.substr(4, 2) + "-" + text.substr(6, 2);
}

std::string value_of(const Rule& rule, const std::string& raw) {
    switch (rule.value) {
        case Value::line:
            return line_value(sandboxed::unescaped(raw));
        case Value::text:
            return text_value(sandboxed::unescaped(raw));
        case Value::fields:
            return fields_value(raw, rule.fields);
        case Value::web:
            return web_address(sandboxed::unescaped(raw)).value_or("");
        case Value::mail:
            return mail_address(raw).value_or("");
        case Value::day:
            return day_value(raw);
    }
    return {};
}

std::string first_value(const Card& card, const Rule& rule, CalendarReading& reading) {
    for (const Property* property : card) {
        if (property->name != rule.name) continue;
        std::string value = value_of(rule, reading.value_of(*property));
        if (!value.empty()) return value;
    }
    return "";
}

// "山田;太郎;;;" -> "山田 太郎".
std::string as_one_line(std::string_view fields) {
    std::string line;
    for (std::size_t i = 0; i < fields.size(); ++i) {
        if (fields[i] == '\\' && i + 1 < fields.size()) {
            line += fields[++i];
        } else {
            line += fields[i] == ';' ? ' ' : fields[i];
        }
    }
    return line_value(line);
}

// Both have to be there (RFC 2426 3.1); false when nothing names the contact.
bool append_names(std::string& out, const Card& card, CalendarReading& reading) {
    std::string name = first_value(card, {"N", Value::fields, false, 5}, reading);
    std::string shown = first_value(card, {"FN", Value::line}, reading);
    if (shown.empty()) shown = as_one_line(name);
    if (shown.empty()) shown = as_one_line(first_value(card, {"ORG", Value::fields}, reading));
    if (shown.empty()) shown = first_value(card, {"EMAIL", Value::mail}, reading);
    if (shown.empty()) return false;
    append_line(out, "FN", shown);
    append_line(out, "N", name.empty() ? shown + ";;;;" : name);
    return true;
}

bool append_card(std::string& out, const Card& card, CalendarReading& reading) {
    std::string lines;
    if (!append_names(lines, card, reading)) return false;
    for (const Rule& rule : rules) {
        for (const Property* property : card) {
            if (property->name != rule.name) continue;
            const std::string value = value_of(rule, reading.value_of(*property));
            if (value.empty()) continue;
            append_line(lines, std::string(rule.name) + (rule.has_types ? types_of(*property) : ""), value);
            if (!rule.is_repeated) break;
        }
    }
    append_line(out, "BEGIN", "VCARD");
    append_line(out, "VERSION", "3.0");
    out += lines;
    append_line(out, "END", "VCARD");
    return true;
}

bool is_file_inside(const Property& property) {
    return property.name == "PHOTO" || property.name == "LOGO" || property.name == "SOUND" || property.name == "KEY";
}

}  // namespace

std::string written_cards(CalendarReading& reading, std::vector<Loss>& losses) {
    std::string out;
    for (const Card& card : cards_of(reading.properties())) {
        const auto files =
            std::count_if(card.begin(), card.end(), [](const Property* p) { return is_file_inside(*p); });
        add_loss(losses, Reason::embedded_file_removed, static_cast<std::uint32_t>(files));
        if (!append_card(out, card, reading)) add_loss(losses, Reason::unknown_content_removed);
    }
    return out;
}

}  // namespace mugaika::codec
