#include "sanitizer/codec/calendar/calendar_writer.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "policy/ascii.hpp"
#include "sanitizer/codec/calendar/content_lines.hpp"
#include "sanitizer/codec/calendar/value_rules.hpp"
#include "sanitizer/mail/sha256.hpp"

namespace mugaika::codec {
namespace {

using sandboxed::CalendarReading;
using sandboxed::Property;

constexpr auto methods = std::to_array<std::string_view>(
    {"PUBLISH", "REQUEST", "REPLY", "ADD", "CANCEL", "REFRESH", "COUNTER", "DECLINECOUNTER"});
constexpr auto states =
    std::to_array<std::string_view>({"TENTATIVE", "CONFIRMED", "CANCELLED", "NEEDS-ACTION", "COMPLETED", "IN-PROCESS"});
constexpr auto classes = std::to_array<std::string_view>({"PUBLIC", "PRIVATE", "CONFIDENTIAL"});
constexpr auto shows = std::to_array<std::string_view>({"OPAQUE", "TRANSPARENT"});
constexpr auto user_types = std::to_array<std::string_view>({"INDIVIDUAL", "GROUP", "RESOURCE", "ROOM", "UNKNOWN"});
constexpr auto roles =
    std::to_array<std::string_view>({"CHAIR", "REQ-PARTICIPANT", "OPT-PARTICIPANT", "NON-PARTICIPANT"});
constexpr auto answers = std::to_array<std::string_view>(
    {"NEEDS-ACTION", "ACCEPTED", "DECLINED", "TENTATIVE", "DELEGATED", "COMPLETED", "IN-PROCESS"});
constexpr auto truths = std::to_array<std::string_view>({"TRUE", "FALSE"});

enum class Value { line, text, moment, moments, local, locals, utc, duration, rule, offset, number, word, web, person };

struct Rule {
    std::string_view name;
    Value value;
    bool is_repeated = false;
    std::span<const std::string_view> words = {};
    int max = 0;
};

// In the order in which they are written.
constexpr auto of_entry = std::to_array<Rule>({
    {"UID", Value::line},
    {"DTSTAMP", Value::utc},
    {"DTSTART", Value::moment},
    {"DTEND", Value::moment},
    {"DUE", Value::moment},
    {"DURATION", Value::duration},
    {"COMPLETED", Value::utc},
    {"RECURRENCE-ID", Value::moment},
    {"RRULE", Value::rule},
    {"RDATE", Value::moments, true},
    {"EXDATE", Value::moments, true},
    {"SUMMARY", Value::line},
    {"LOCATION", Value::line},
    {"DESCRIPTION", Value::text},
    {"COMMENT", Value::text, true},
    {"ORGANIZER", Value::person},
    {"ATTENDEE", Value::person, true},
    {"STATUS", Value::word, false, states},
    {"SEQUENCE", Value::number, false, {}, 999999999},
    {"PRIORITY", Value::number, false, {}, 9},
    {"PERCENT-COMPLETE", Value::number, false, {}, 100},
    {"TRANSP", Value::word, false, shows},
    {"CLASS", Value::word, false, classes},
    {"URL", Value::web},
});
constexpr auto of_zone = std::to_array<Rule>({{"TZID", Value::line}});
// Times of the zone itself, which names none (RFC 5545 3.6.5).
constexpr auto of_offset = std::to_array<Rule>({
    {"DTSTART", Value::local},
    {"TZOFFSETFROM", Value::offset},
    {"TZOFFSETTO", Value::offset},
    {"TZNAME", Value::line},
    {"RRULE", Value::rule},
    {"RDATE", Value::locals, true},
});

struct Component {
    std::string name;
    std::vector<const Property*> properties;
    std::vector<Component> inner;  // of a VTIMEZONE
};

bool is_entry(std::string_view name) noexcept { return name == "VEVENT" || name == "VTODO"; }

// What is on the list, by where it stands; everything else is passed over with all that lies in it.
class Outline {
public:
    explicit Outline(const std::vector<Property>& properties) {
        for (const Property& property : properties) add(property);
    }
    std::string method;
    std::vector<Component> components;
    std::uint32_t attachments = 0;

private:
    void add(const Property& property) {
        const std::string value = sandboxed::to_upper(ascii::trim(property.value));
        if (property.name == "BEGIN") return begin(value);
        if (property.name == "END") return end();
        if (property.name == "ATTACH") ++attachments;
        if (hidden_ > 0) return;
        if (!is_open_ && property.name == "METHOD") method = value;
        if (is_open_) (is_inside_ ? components.back().inner.back() : components.back()).properties.push_back(&property);
    }
    void begin(const std::string& name) {
        const bool is_zone_part = is_open_ && !is_inside_ && components.back().name == "VTIMEZONE" &&
                                  (name == "STANDARD" || name == "DAYLIGHT");
        if (hidden_ > 0) {
            ++hidden_;
        } else if (!is_open_ && (is_entry(name) || name == "VTIMEZONE")) {
            components.push_back({name, {}, {}});
            is_open_ = true;
        } else if (is_zone_part) {
            components.back().inner.push_back({name, {}, {}});
            is_inside_ = true;
        } else if (is_open_ || name != "VCALENDAR") {
            hidden_ = 1;
        }
    }
    void end() {
        if (hidden_ > 0) {
            --hidden_;
        } else if (is_inside_) {
            is_inside_ = false;
        } else {
            is_open_ = false;
        }
    }

    bool is_open_ = false, is_inside_ = false;
    std::size_t hidden_ = 0;
};

// ---- values

constexpr std::string_view no_words = "\"\"";

// Its name with what has to be said beside the value.
std::string named_moment(std::string_view name, std::string_view first, const Property& property) {
    if (is_date(first)) return std::string(name) + ";VALUE=DATE";
    const std::string zone = quoted_parameter(property.parameter("TZID"));
    if (is_utc_time(first) || zone == no_words) return std::string(name);
    return std::string(name) + ";TZID=" + zone;
}

// All of one form; "" otherwise.
std::string moments_value(std::string_view untrusted) {
    std::string out;
    std::size_t length = 0;
    for (std::string_view rest = untrusted; !rest.empty();) {
        const std::string_view piece = rest.substr(0, rest.find(','));
        rest.remove_prefix(std::min(piece.size() + 1, rest.size()));
        const std::string one = sandboxed::to_upper(ascii::trim(piece));
        const bool is_one = is_date(one) || is_local_time(one) || is_utc_time(one);
        if (!is_one || (length != 0 && one.size() != length)) return "";
        length = one.size();
        out.append(out.empty() ? "" : ",").append(one);
    }
    return out;
}

std::string named_person(std::string_view name, const Property& property) {
    std::string out(name);
    const auto add = [&](std::string_view parameter, std::span<const std::string_view> words) {
        const auto word = word_value(property.parameter(parameter), words);
        if (word) out.append(";").append(parameter).append("=").append(*word);
    };
    add("CUTYPE", user_types);
    add("ROLE", roles);
    add("PARTSTAT", answers);
    add("RSVP", truths);
    const std::string words = quoted_parameter(property.parameter("CN"));
    if (words != no_words) out.append(";CN=").append(words);
    return out;
}

std::string moments_of(const Rule& rule, std::string_view untrusted) {
    std::string value = moments_value(untrusted);
    const bool is_one = value.find(',') == value.npos;
    const bool takes_several = rule.value == Value::moments || rule.value == Value::locals;
    if (!takes_several && !is_one) return "";
    const bool is_local = rule.value == Value::local || rule.value == Value::locals;
    if (is_local && !is_local_time(value.substr(0, value.find(',')))) return "";
    return rule.value == Value::utc && !is_utc_time(value) ? "" : value;
}

// "" when it is none.
std::string value_of(const Rule& rule, const std::string& raw) {
    switch (rule.value) {
        case Value::line:
            return line_value(sandboxed::unescaped(raw));
        case Value::text:
            return text_value(sandboxed::unescaped(raw));
        case Value::moment:
        case Value::moments:
        case Value::local:
        case Value::locals:
        case Value::utc:
            return moments_of(rule, raw);
        case Value::duration:
            return duration_value(raw).value_or("");
        case Value::rule:
            return rule_value(raw).value_or("");
        case Value::offset:
            return offset_value(raw).value_or("");
        case Value::number:
            return number_value(raw, rule.max).value_or("");
        case Value::word:
            return word_value(raw, rule.words).value_or("");
        case Value::web:
            return web_address(raw).value_or("");
        case Value::person: {
            const std::string address = mail_address(raw).value_or("");
            return address.empty() ? "" : "mailto:" + address;
        }
    }
    return {};
}

// With its parameters.
std::string name_of(const Rule& rule, std::string_view value, const Property& property) {
    if (rule.value == Value::person) return named_person(rule.name, property);
    const bool has_zone = rule.value == Value::moment || rule.value == Value::moments;
    return has_zone ? named_moment(rule.name, value.substr(0, value.find(',')), property) : std::string(rule.name);
}

// False when it is none.
bool append_property(std::string& out, const Rule& rule, const Property& property, CalendarReading& reading) {
    const std::string value = value_of(rule, reading.value_of(property));
    if (value.empty()) return false;
    append_line(out, name_of(rule, value, property), value);
    return true;
}

// ---- components

// Which of the properties of these rules were written.
struct Written {
    std::string lines;
    std::vector<std::string_view> names;

    bool has(std::string_view name) const { return std::find(names.begin(), names.end(), name) != names.end(); }
};

template <std::size_t size>
Written written_properties(const Component& component, const std::array<Rule, size>& rules, CalendarReading& reading) {
    Written written;
    for (const Rule& rule : rules) {
        for (const Property* property : component.properties) {
            if (property->name != rule.name || (!rule.is_repeated && written.has(rule.name))) continue;
            if (append_property(written.lines, rule, *property, reading)) written.names.push_back(rule.name);
        }
    }
    return written;
}

void append_component(std::string& out, const std::string& name, const std::string& lines) {
    append_line(out, "BEGIN", name);
    out += lines;
    append_line(out, "END", name);
}

// Both have to be there (RFC 5545 3.6.1); a UID that is made of the content is the same for the same content.
std::string with_identity(const Written& written) {
    std::string uid, stamp;
    std::string_view rest = written.lines;
    if (!written.has("UID")) append_line(uid, "UID", "mugaika-" + sha256_hex(written.lines).substr(0, 32));
    if (written.has("UID")) {
        std::size_t end = rest.find("\r\n");
        while (rest.substr(end + 2).starts_with(' ')) end = rest.find("\r\n", end + 2);
        uid = rest.substr(0, end + 2);
        rest.remove_prefix(end + 2);
    }
    if (!written.has("DTSTAMP")) append_line(stamp, "DTSTAMP", "19700101T000000Z");
    return uid.append(stamp).append(rest);
}

bool append_entry(std::string& out, const Component& component, CalendarReading& reading) {
    const Written written = written_properties(component, of_entry, reading);
    if (component.name == "VEVENT" && !written.has("DTSTART")) return false;
    append_component(out, component.name, with_identity(written));
    return true;
}

void append_zone(std::string& out, const Component& zone, CalendarReading& reading) {
    Written written = written_properties(zone, of_zone, reading);
    std::size_t offsets = 0;
    for (const Component& part : zone.inner) {
        const Written offset = written_properties(part, of_offset, reading);
        if (!offset.has("DTSTART") || !offset.has("TZOFFSETFROM") || !offset.has("TZOFFSETTO")) continue;
        append_component(written.lines, part.name, offset.lines);
        ++offsets;
    }
    if (written.has("TZID") && offsets > 0) append_component(out, zone.name, written.lines);
}

}  // namespace

std::string written_calendar(CalendarReading& reading, std::vector<Loss>& losses) {
    const Outline outline(reading.properties());
    std::string zones, entries;
    std::uint32_t left_out = 0;
    for (const Component& component : outline.components) {
        if (component.name == "VTIMEZONE") {
            append_zone(zones, component, reading);
        } else if (!append_entry(entries, component, reading)) {
            ++left_out;
        }
    }
    add_loss(losses, Reason::unknown_content_removed, left_out);
    add_loss(losses, Reason::embedded_file_removed, outline.attachments);
    if (entries.empty()) return {};
    std::string lines;
    append_line(lines, "VERSION", "2.0");
    append_line(lines, "PRODID", "-//mugaika//rebuilt//EN");
    if (const auto method = word_value(outline.method, methods)) append_line(lines, "METHOD", *method);
    std::string out;
    append_component(out, "VCALENDAR", lines + zones + entries);
    return out;
}

}  // namespace mugaika::codec
