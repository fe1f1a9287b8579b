#include "sanitizer/checker/calendar/check_calendar.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "policy/ascii.hpp"
#include "policy/showable.hpp"
#include "policy/utf8.hpp"
#include "sanitizer/checker/calendar/value_form.hpp"

namespace mugaika::checker {
namespace {

constexpr std::size_t line_octets_max = 75;

struct Flaw {
    std::size_t offset;
    std::string_view words;
};
using Judged = std::optional<Flaw>;

struct Line {
    std::size_t offset = 0;
    std::string text;  // unfolded
};

// ---- lines

// The longest beginning of whole characters within so many octets.
std::size_t whole_characters(std::string_view text, std::size_t octets) noexcept {
    if (text.size() <= octets) return text.size();
    while (octets > 0 && (static_cast<unsigned char>(text[octets]) & 0xc0) == 0x80) --octets;
    return octets;
}

// Is each piece but the last as long as can be? `pieces`: where the unfolded line was parted.
bool is_folded_late(std::string_view line, const std::vector<std::size_t>& pieces) noexcept {
    std::size_t at = 0;
    for (std::size_t i = 0; i < pieces.size(); ++i) {
        const std::size_t room = i == 0 ? line_octets_max : line_octets_max - 1;
        if (pieces[i] != at + whole_characters(line.substr(at), room)) return false;
        at = pieces[i];
    }
    return line.size() - at <= (pieces.empty() ? line_octets_max : line_octets_max - 1) &&
           (pieces.empty() || at < line.size());
}

Judged read_lines(std::string_view file, std::vector<Line>& lines) {
    for (std::size_t at = 0; at < file.size();) {
        Line line{at, {}};
        std::vector<std::size_t> pieces;
        for (;;) {
            const std::size_t end = file.find('\r', at);
            if (end == file.npos || !file.substr(end).starts_with("\r\n")) return Flaw{at, "a line without CRLF"};
            line.text.append(file.substr(at, end - at));
            at = end + 2;
            if (!file.substr(at).starts_with(' ')) break;
            pieces.push_back(line.text.size());
            ++at;
        }
        if (!is_folded_late(line.text, pieces)) return Flaw{line.offset, "a line that is folded otherwise"};
        lines.push_back(std::move(line));
    }
    return {};
}

// A LF alone is no end of a line, and stands nowhere.
Judged judge_characters(const Line& line) {
    for (std::size_t at = 0; at < line.text.size();) {
        const std::string_view rest = std::string_view(line.text).substr(at);
        const utf8::Character c = utf8::first(rest);
        if (!c.valid) return Flaw{line.offset, "not UTF-8"};
        const bool is_joiner = c.value == zero_width_joiner &&
                               joins_emoji(std::string_view(line.text).substr(0, at), rest.substr(c.bytes));
        if (!is_joiner && !is_showable(c.value)) return Flaw{line.offset, "a character that is not shown"};
        at += c.bytes;
    }
    return {};
}

// ---- properties

enum class Parameters { none, moment, person, types };

struct Rule {
    std::string_view name;
    ValueForm form;
    bool is_repeated = false;
    Parameters parameters = Parameters::none;
};

constexpr auto entry_rules = std::to_array<Rule>({
    {"UID", ValueForm::text},
    {"DTSTAMP", ValueForm::utc},
    {"DTSTART", ValueForm::moment, false, Parameters::moment},
    {"DTEND", ValueForm::moment, false, Parameters::moment},
    {"DUE", ValueForm::moment, false, Parameters::moment},
    {"DURATION", ValueForm::duration},
    {"COMPLETED", ValueForm::utc},
    {"RECURRENCE-ID", ValueForm::moment, false, Parameters::moment},
    {"RRULE", ValueForm::rule},
    {"RDATE", ValueForm::moments, true, Parameters::moment},
    {"EXDATE", ValueForm::moments, true, Parameters::moment},
    {"SUMMARY", ValueForm::text},
    {"LOCATION", ValueForm::text},
    {"DESCRIPTION", ValueForm::text},
    {"COMMENT", ValueForm::text, true},
    {"ORGANIZER", ValueForm::person, false, Parameters::person},
    {"ATTENDEE", ValueForm::person, true, Parameters::person},
    {"STATUS", ValueForm::word},
    {"SEQUENCE", ValueForm::number},
    {"PRIORITY", ValueForm::number},
    {"PERCENT-COMPLETE", ValueForm::number},
    {"TRANSP", ValueForm::word},
    {"CLASS", ValueForm::word},
    {"URL", ValueForm::web},
});
constexpr auto zone_rules = std::to_array<Rule>({{"TZID", ValueForm::text}});
constexpr auto offset_rules = std::to_array<Rule>({
    {"DTSTART", ValueForm::moment},
    {"TZOFFSETFROM", ValueForm::offset},
    {"TZOFFSETTO", ValueForm::offset},
    {"TZNAME", ValueForm::text},
    {"RRULE", ValueForm::rule},
    {"RDATE", ValueForm::moments, true},
});
constexpr auto card_rules = std::to_array<Rule>({
    {"FN", ValueForm::text},
    {"N", ValueForm::fields},
    {"SORT-STRING", ValueForm::text},
    {"NICKNAME", ValueForm::text},
    {"ORG", ValueForm::fields},
    {"TITLE", ValueForm::text},
    {"ROLE", ValueForm::text},
    {"TEL", ValueForm::text, true, Parameters::types},
    {"EMAIL", ValueForm::mail, true, Parameters::types},
    {"ADR", ValueForm::fields, true, Parameters::types},
    {"URL", ValueForm::web, true},
    {"BDAY", ValueForm::day},
    {"NOTE", ValueForm::text, true},
    {"UID", ValueForm::text},
});

bool is_types(std::string_view value) noexcept {
    return !value.empty() && value.size() <= 100 &&
           std::all_of(value.begin(), value.end(), [](char c) { return ascii::is_upper(c) || c == ','; });
}

bool is_upper_word(std::string_view value) noexcept { return has_form(ValueForm::word, value); }

// One "NAME=value" of those that the property may have.
bool is_parameter(Parameters allowed, std::string_view name, std::string_view value, std::string_view of) noexcept {
    switch (allowed) {
        case Parameters::none:
            return false;
        case Parameters::moment:
            return (name == "VALUE" && value == "DATE" && of.substr(0, of.find(',')).size() == 8) ||
                   (name == "TZID" && is_quoted(value) && of.find('T') != of.npos && !of.ends_with('Z'));
        case Parameters::person:
            if (name == "CN") return is_quoted(value);
            return (name == "CUTYPE" || name == "ROLE" || name == "PARTSTAT" || name == "RSVP") && is_upper_word(value);
        case Parameters::types:
            return name == "TYPE" && is_types(value);
    }
    return false;
}

// Parted at a sign outside of quotes.
std::size_t unquoted(std::string_view text, char sign) noexcept {
    bool quoted = false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '"') quoted = !quoted;
        if (text[i] == sign && !quoted) return i;
    }
    return text.npos;
}

bool fits(const Rule& rule, std::string_view parameters, std::string_view value) noexcept {
    if (!has_form(rule.form, value)) return false;
    while (!parameters.empty()) {
        parameters.remove_prefix(1);
        const std::string_view one = parameters.substr(0, unquoted(parameters, ';'));
        const std::size_t equals = one.find('=');
        if (equals == one.npos) return false;
        if (!is_parameter(rule.parameters, one.substr(0, equals), one.substr(equals + 1), value)) return false;
        parameters.remove_prefix(one.size());
    }
    return true;
}

// ---- components

class Reading {
public:
    explicit Reading(const std::vector<Line>& lines) : lines_(lines) {}

    Judged calendar();
    Judged cards();

private:
    bool at_end() const noexcept { return next_ == lines_.size(); }
    bool takes(std::string_view text) noexcept {
        const bool is_it = !at_end() && lines_[next_].text == text;
        if (is_it) ++next_;
        return is_it;
    }
    Flaw flaw(std::string_view words) const noexcept {
        return {at_end() ? (lines_.empty() ? 0 : lines_.back().offset) : lines_[next_].offset, words};
    }
    Judged properties(std::span<const Rule> rules, std::span<const std::string_view> needed);
    Judged entry(std::string_view name, std::string_view end);
    Judged zone();
    Judged method();

    const std::vector<Line>& lines_;
    std::size_t next_ = 0;
};

// In the order of the rules, up to the first line that begins or ends a component.
Judged Reading::properties(std::span<const Rule> rules, std::span<const std::string_view> needed) {
    std::size_t rule = 0;
    std::vector<std::string_view> seen;
    for (; !at_end(); ++next_) {
        const std::string_view text = lines_[next_].text;
        if (text.starts_with("BEGIN:") || text.starts_with("END:")) break;
        const std::size_t colon = unquoted(text, ':');
        if (colon == text.npos) return flaw("a line without a colon");
        const std::string_view before = text.substr(0, colon);
        const std::string_view name = before.substr(0, before.find(';'));
        while (rule < rules.size() && rules[rule].name != name) ++rule;
        if (rule == rules.size()) return flaw("a property that may not stand there");
        const bool is_again = !seen.empty() && seen.back() == name;
        if (is_again && !rules[rule].is_repeated) return flaw("a property that stands twice");
        if (!fits(rules[rule], before.substr(name.size()), text.substr(colon + 1)))
            return flaw("a value of another form");
        seen.push_back(name);
    }
    for (const std::string_view name : needed) {
        if (std::find(seen.begin(), seen.end(), name) == seen.end()) return flaw("a property is missing");
    }
    return {};
}

Judged Reading::entry(std::string_view name, std::string_view end) {
    constexpr auto of_event = std::to_array<std::string_view>({"UID", "DTSTAMP", "DTSTART"});
    constexpr auto of_task = std::to_array<std::string_view>({"UID", "DTSTAMP"});
    const bool is_event = name == "BEGIN:VEVENT";
    const auto broken = properties(entry_rules, is_event ? std::span<const std::string_view>(of_event)
                                                         : std::span<const std::string_view>(of_task));
    if (broken) return broken;
    return takes(end) ? Judged() : flaw("a component that may not stand there");
}

Judged Reading::zone() {
    constexpr auto of_zone = std::to_array<std::string_view>({"TZID"});
    constexpr auto of_offset = std::to_array<std::string_view>({"DTSTART", "TZOFFSETFROM", "TZOFFSETTO"});
    if (auto broken = properties(zone_rules, of_zone)) return broken;
    std::size_t offsets = 0;
    for (;; ++offsets) {
        const bool is_standard = takes("BEGIN:STANDARD");
        if (!is_standard && !takes("BEGIN:DAYLIGHT")) break;
        if (auto broken = properties(offset_rules, of_offset)) return broken;
        if (!takes(is_standard ? "END:STANDARD" : "END:DAYLIGHT")) return flaw("a component that may not stand there");
    }
    if (offsets == 0) return flaw("a time zone without offsets");
    return takes("END:VTIMEZONE") ? Judged() : flaw("a component that may not stand there");
}

Judged Reading::method() {
    constexpr std::string_view start = "METHOD:";
    if (at_end() || !lines_[next_].text.starts_with(start)) return {};
    constexpr auto known = std::to_array<std::string_view>(
        {"PUBLISH", "REQUEST", "REPLY", "ADD", "CANCEL", "REFRESH", "COUNTER", "DECLINECOUNTER"});
    const std::string_view value = std::string_view(lines_[next_].text).substr(start.size());
    if (std::find(known.begin(), known.end(), value) == known.end()) return flaw("an unknown method");
    ++next_;
    return {};
}

Judged Reading::calendar() {
    if (!takes("BEGIN:VCALENDAR") || !takes("VERSION:2.0") || !takes("PRODID:-//mugaika//rebuilt//EN")) {
        return flaw("no beginning of ours");
    }
    if (auto broken = method()) return broken;
    while (takes("BEGIN:VTIMEZONE")) {
        if (auto broken = zone()) return broken;
    }
    std::size_t entries = 0;
    for (;; ++entries) {
        const bool is_event = takes("BEGIN:VEVENT");
        if (!is_event && !takes("BEGIN:VTODO")) break;
        const auto broken = is_event ? entry("BEGIN:VEVENT", "END:VEVENT") : entry("BEGIN:VTODO", "END:VTODO");
        if (broken) return broken;
    }
    if (entries == 0) return flaw("no event and no task");
    return takes("END:VCALENDAR") && at_end() ? Judged() : flaw("a component that may not stand there");
}

Judged Reading::cards() {
    constexpr auto of_card = std::to_array<std::string_view>({"FN", "N"});
    do {
        if (!takes("BEGIN:VCARD") || !takes("VERSION:3.0")) return flaw("no beginning of ours");
        if (auto broken = properties(card_rules, of_card)) return broken;
        if (!takes("END:VCARD")) return flaw("a component that may not stand there");
    } while (!at_end());
    return {};
}

Judged judge(SafeKind kind, std::string_view untrusted) {
    std::vector<Line> lines;
    if (auto broken = read_lines(untrusted, lines)) return broken;
    for (const Line& line : lines) {
        if (auto broken = judge_characters(line)) return broken;
    }
    Reading reading(lines);
    return kind == SafeKind::ics ? reading.calendar() : reading.cards();
}

}  // namespace

Result<std::uint32_t> check_calendar(SafeKind kind, std::string_view untrusted) {
    const bool is_known = kind == SafeKind::ics || kind == SafeKind::vcf;
    const Judged flaw = is_known ? judge(kind, untrusted) : Judged(Flaw{0, "no calendar"});
    if (!flaw) return 1u;
    return Error(Fault::protocol, std::string(to_string(kind)) + ": at offset " + std::to_string(flaw->offset) + " " +
                                      std::string(flaw->words));
}

}  // namespace mugaika::checker
