#include "sanitizer/sandboxed/handlers/handlers.hpp"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "policy/ascii.hpp"
#include "sanitizer/sandboxed/budget.hpp"
#include "sanitizer/sandboxed/handlers/decoded_part.hpp"
#include "sanitizer/sandboxed/structure/mime_reader.hpp"

namespace mugaika::sandboxed {
namespace {

struct Shown {
    std::string_view property;  // upper case
    std::string_view label;
};

// What a reader needs; alarms, attachments, pictures, keys and extensions are left out. AC-218
constexpr std::array<Shown, 22> shown_properties{{
    {"METHOD", "種別"},      {"SUMMARY", "件名"},    {"DTSTART", "開始"},   {"DTEND", "終了"},
    {"DUE", "期限"},         {"DURATION", "期間"},   {"RRULE", "繰り返し"}, {"LOCATION", "場所"},
    {"ORGANIZER", "主催者"}, {"ATTENDEE", "出席者"}, {"STATUS", "状態"},    {"DESCRIPTION", "説明"},
    {"COMMENT", "コメント"}, {"FN", "氏名"},         {"N", "姓名"},         {"SORT-STRING", "よみ"},
    {"ORG", "組織"},         {"TITLE", "役職"},      {"TEL", "電話"},       {"EMAIL", "メール"},
    {"ADR", "住所"},         {"NOTE", "備考"},
}};

struct Property {
    std::string name;        // upper case, without its group
    std::string parameters;  // as written, with the leading ';'
    std::string value;       // as written
};

std::string to_upper(std::string_view text) {
    std::string upper(text);
    for (char& c : upper) {
        if (ascii::is_lower(c)) c = static_cast<char>(c - ('a' - 'A'));
    }
    return upper;
}

// The colon that ends the parameters; those may be quoted (RFC 5545 3.1).
std::size_t value_colon(std::string_view line) {
    bool quoted = false;
    for (std::size_t i = 0; i < line.size(); ++i) {
        if (line[i] == '"') quoted = !quoted;
        if (line[i] == ':' && !quoted) return i;
    }
    return std::string_view::npos;
}

std::optional<Property> parse_property(std::string_view line) {
    const std::size_t colon = value_colon(line);
    if (colon == std::string_view::npos) return std::nullopt;
    const std::string_view before = line.substr(0, colon);
    std::string_view name = before.substr(0, before.find(';'));
    const std::string_view parameters = before.substr(name.size());
    name.remove_prefix(name.rfind('.') == std::string_view::npos ? 0 : name.rfind('.') + 1);
    return Property{to_upper(ascii::trim(name)), std::string(parameters), std::string(line.substr(colon + 1))};
}

// "" when the parameter is not there.
std::string parameter(const Property& property, std::string_view wanted) {
    std::string_view rest = property.parameters;
    while (!rest.empty()) {
        rest.remove_prefix(1);
        const std::string_view one = rest.substr(0, rest.find(';'));
        const std::size_t equals = one.find('=');
        if (equals != std::string_view::npos && ascii::iequals(one.substr(0, equals), wanted)) {
            std::string value(one.substr(equals + 1));
            std::erase(value, '"');
            return value;
        }
        rest.remove_prefix(one.size());
    }
    return "";
}

bool is_quoted_printable(std::string_view line) {
    const std::string upper = to_upper(line.substr(0, std::min(value_colon(line), line.size())));
    return upper.find("QUOTED-PRINTABLE") != std::string::npos;
}

// Lines joined again: a continuation begins with a blank (RFC 5545 3.1); in vCard 2.1 a quoted-printable value goes on
// after "=" at the line's end.
std::vector<std::string> unfolded_lines(std::string_view utf8) {
    std::vector<std::string> lines;
    bool soft_break = false;
    while (!utf8.empty()) {
        const std::size_t end = utf8.find('\n');
        std::string_view line = utf8.substr(0, end);
        utf8.remove_prefix(end == std::string_view::npos ? utf8.size() : end + 1);
        if (line.ends_with('\r')) line.remove_suffix(1);
        if (!lines.empty() && soft_break) {
            lines.back().pop_back();
            lines.back() += line;
        } else if (!lines.empty() && !line.empty() && ascii::is_blank(line.front())) {
            lines.back() += line.substr(1);
        } else {
            lines.emplace_back(line);
        }
        soft_break = lines.back().ends_with('=') && is_quoted_printable(lines.back().substr(0, 200));
    }
    return lines;
}

// \n, \, and \; of RFC 5545 3.3.11.
std::string unescaped(std::string_view value) {
    std::string out;
    for (std::size_t i = 0; i < value.size(); ++i) {
        if (value[i] != '\\' || i + 1 == value.size()) {
            out.push_back(value[i]);
            continue;
        }
        ++i;
        if (value[i] == 'n' || value[i] == 'N') {
            out += "\n  ";
        } else {
            out.push_back(value[i]);
        }
    }
    return out;
}

bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), ascii::is_digit); }

// 20260401T090000Z → 2026-04-01 09:00 UTC. What is no date-time stays as it is.
std::string readable_time(std::string_view value, std::string_view zone) {
    const bool has_time = value.size() >= 15 && value[8] == 'T' && all_digits(value.substr(9, 6));
    if (value.size() < 8 || !all_digits(value.substr(0, 8)) || (!has_time && value.size() != 8))
        return std::string(value);
    std::string out =
        std::string(value.substr(0, 4)) + "-" + std::string(value.substr(4, 2)) + "-" + std::string(value.substr(6, 2));
    if (has_time) out += " " + std::string(value.substr(9, 2)) + ":" + std::string(value.substr(11, 2));
    if (value.ends_with('Z')) return out + " UTC";
    return zone.empty() ? out : out + " (" + std::string(zone) + ")";
}

// vCard 2.1 of mobile phones: quoted-printable in a charset of its own.
std::string decoded_value(const Property& property, const Part& part, std::vector<Reason>& notes) {
    const std::string encoding = to_upper(property.parameters);
    if (encoding.find("QUOTED-PRINTABLE") == std::string::npos) return property.value;
    Entity entity;
    entity.body = property.value;
    entity.encoding = TransferEncoding::quoted_printable;
    const std::string bytes = decode_body(entity, property.value.size(), notes);
    const std::string label = ascii::to_lower(parameter(property, "CHARSET"));
    Decoded decoded = decode_text(bytes, label.empty() ? part.charset_label : label);
    notes.insert(notes.end(), decoded.notes.begin(), decoded.notes.end());
    return std::move(decoded.utf8);
}

std::string readable_value(const Property& property, const Part& part, std::vector<Reason>& notes) {
    const std::string value = decoded_value(property, part, notes);
    if (property.name.starts_with("DT") || property.name == "DUE") {
        return readable_time(value, parameter(property, "TZID"));
    }
    std::string shown = unescaped(value);
    if (property.name == "N" || property.name == "ADR" || property.name == "ORG") {
        std::replace(shown.begin(), shown.end(), ';', ' ');
    }
    const std::string common_name = parameter(property, "CN");
    if (ascii::istarts_with(shown, "mailto:")) shown.erase(0, 7);
    return common_name.empty() ? shown : common_name + " <" + shown + ">";
}

// Components whose properties say nothing to a reader, alarms first of all.
bool is_hidden_component(std::string_view name) { return name == "VALARM" || name == "VTIMEZONE"; }

std::string summary_of(std::string_view utf8, const Part& part, std::vector<Reason>& notes) {
    std::string out;
    std::size_t hidden_depth = 0;
    for (const std::string& line : unfolded_lines(utf8)) {
        const auto property = parse_property(line);
        if (!property) continue;
        const std::string component = to_upper(ascii::trim(property->value));
        if (property->name == "BEGIN" && (hidden_depth > 0 || is_hidden_component(component))) ++hidden_depth;
        if (property->name == "END" && hidden_depth > 0) --hidden_depth;
        if (property->name == "BEGIN" && hidden_depth == 0 && !out.empty()) out += "\n";
        const auto row = std::find_if(shown_properties.begin(), shown_properties.end(),
                                      [&](const Shown& shown) { return shown.property == property->name; });
        if (row == shown_properties.end() || hidden_depth > 0) continue;
        out += std::string(row->label) + " (" + std::string(row->property) + "): ";
        out += readable_value(*property, part, notes) + "\n";
    }
    return out;
}

class CalendarHandler final : public PartHandler {
public:
    std::string_view name() const noexcept override { return "calendar"; }
    bool accepts(const PartFacts& facts) const noexcept override { return facts.kind == PartKind::calendar; }

    Result<PartOutcome> handle(const Part& part, const Budget& budget) const override {
        const std::size_t room = budget.text_left();
        Decoded decoded = decode_part(part, part.charset_label, room);
        decoded.utf8 = summary_of(decoded.utf8, part, decoded.notes);
        if (decoded.utf8.empty()) return PartOutcome(Quarantined{Reason::not_rebuilt});
        return PartOutcome(to_text_made(std::move(decoded), room));
    }
};

}  // namespace

std::unique_ptr<PartHandler> make_calendar_handler() { return std::make_unique<CalendarHandler>(); }

}  // namespace mugaika::sandboxed
