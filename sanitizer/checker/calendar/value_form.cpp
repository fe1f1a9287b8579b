#include "sanitizer/checker/calendar/value_form.hpp"

#include <algorithm>
#include <array>
#include <string>

#include "policy/ascii.hpp"

namespace mugaika::checker {
namespace {

// N for a digit, everything else is itself.
bool fits(std::string_view text, std::string_view pattern) noexcept {
    if (text.size() != pattern.size()) return false;
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (pattern[i] == 'N' ? !ascii::is_digit(text[i]) : text[i] != pattern[i]) return false;
    }
    return true;
}

bool is_day(std::string_view text) noexcept { return fits(text, "NNNNNNNN"); }
bool is_local(std::string_view text) noexcept { return fits(text, "NNNNNNNNTNNNNNN"); }
bool is_utc(std::string_view text) noexcept { return fits(text, "NNNNNNNNTNNNNNNZ"); }
bool is_moment(std::string_view text) noexcept { return is_day(text) || is_local(text) || is_utc(text); }

bool are_moments(std::string_view text) noexcept {
    const std::size_t size = text.substr(0, text.find(',')).size();
    for (std::size_t at = 0; at <= text.size(); at += size + 1) {
        if (!is_moment(text.substr(std::min(at, text.size()), size))) return false;
        if (at + size == text.size()) return true;
        if (at + size > text.size() || text[at + size] != ',') return false;
    }
    return false;
}

bool all_of(std::string_view text, std::string_view signs) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(),
                                        [&](char c) { return ascii::is_alnum(c) || signs.find(c) != signs.npos; });
}

bool is_duration(std::string_view text) noexcept {
    if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
    return text.size() >= 3 && text.size() <= 30 && text.starts_with('P') &&
           std::all_of(text.begin(), text.end(), [](char c) {
               return ascii::is_digit(c) || std::string_view("PTWDHMS").find(c) != std::string_view::npos;
           });
}

bool is_rule_part(std::string_view part) noexcept {
    constexpr auto starts =
        std::to_array<std::string_view>({"COUNT=", "INTERVAL=", "UNTIL=", "BYHOUR=", "BYMINUTE=", "BYDAY=",
                                         "BYMONTHDAY=", "BYYEARDAY=", "BYWEEKNO=", "BYMONTH=", "BYSETPOS=", "WKST="});
    const auto* const start =
        std::find_if(starts.begin(), starts.end(), [&](std::string_view s) { return part.starts_with(s); });
    return start != starts.end() && all_of(part.substr(start->size()), ",+-");
}

bool is_rule(std::string_view text) noexcept {
    constexpr auto first =
        std::to_array<std::string_view>({"FREQ=DAILY", "FREQ=WEEKLY", "FREQ=MONTHLY", "FREQ=YEARLY"});
    const std::string_view frequency = text.substr(0, text.find(';'));
    if (std::find(first.begin(), first.end(), frequency) == first.end()) return false;
    for (text.remove_prefix(frequency.size()); !text.empty();) {
        text.remove_prefix(1);
        const std::string_view part = text.substr(0, text.find(';'));
        if (!is_rule_part(part)) return false;
        text.remove_prefix(part.size());
    }
    return true;
}

bool is_web(std::string_view text) noexcept {
    const std::size_t scheme = text.starts_with("https://") ? 8 : text.starts_with("http://") ? 7 : 0;
    return scheme != 0 && text.size() > scheme && text.size() <= 2000 && all_of(text, "!#$%&'()*+,-./:;=?@[]_~");
}

bool is_mail(std::string_view text) noexcept {
    const std::size_t at = text.find('@');
    return at != 0 && at != text.npos && at + 1 < text.size() && text.size() <= 512 &&
           all_of(text, ".!#$%&'*+/=?^_`{|}~-@") && text.find('@', at + 1) == text.npos;
}

// What programs follow, or open, when it stands in a text; behind each a colon.
constexpr auto dead_schemes = std::to_array<std::string_view>(
    {"file", "javascript", "vbscript", "ftp", "smb", "ldap", "search-ms", "webcal", "view-source", "telnet", "ssh"});

bool is_scheme_sign(char c) noexcept { return ascii::is_alnum(c) || c == '+' || c == '-' || c == '.'; }

// Of a text that is not escaped any more.
bool has_live_address(std::string_view text) noexcept {
    for (std::size_t at = text.find_first_of(":\\"); at != text.npos; at = text.find_first_of(":\\", at + 1)) {
        if (text[at] == '\\') {
            if (at > 0 && text[at - 1] == '\\') return true;
            continue;
        }
        std::size_t begin = at;
        while (begin > 0 && is_scheme_sign(text[begin - 1])) --begin;
        const std::string scheme = ascii::to_lower(text.substr(begin, at - begin));
        const bool has_slashes = text.substr(at + 1).starts_with("//") || text.substr(at + 1).starts_with("/\\");
        const bool is_web = scheme.ends_with("http") || scheme.ends_with("https");
        if (has_slashes && !is_web && !scheme.empty() && ascii::is_alpha(scheme.back())) return true;
        const bool goes_on = at + 1 < text.size() && !ascii::is_space(text[at + 1]);
        const bool is_dead = std::find(dead_schemes.begin(), dead_schemes.end(), scheme) != dead_schemes.end();
        if (goes_on && (is_dead || scheme.starts_with("ms-"))) return true;
    }
    return false;
}

}  // namespace

bool is_text_value(std::string_view value, bool has_fields) noexcept {
    std::string text;
    for (std::size_t i = 0; i < value.size(); ++i) {
        const char c = value[i];
        if (c == ',' || (c == ';' && !has_fields)) return false;
        if (c != '\\') {
            text += c == ';' ? '\n' : c;  // the end of a field
            continue;
        }
        if (++i == value.size() || std::string_view("\\;,n").find(value[i]) == std::string_view::npos) return false;
        text += value[i] == 'n' ? '\n' : value[i];
    }
    return !text.empty() && !has_live_address(text);
}

bool is_quoted(std::string_view value) noexcept {
    if (value.size() < 3 || value.size() > 210 || value.front() != '"' || value.back() != '"') return false;
    const std::string_view inside = value.substr(1, value.size() - 2);
    return inside.find('"') == inside.npos && !has_live_address(inside);
}

bool has_form(ValueForm form, std::string_view value) noexcept {
    switch (form) {
        case ValueForm::text:
            return is_text_value(value, false);
        case ValueForm::fields:
            return is_text_value(value, true);
        case ValueForm::moment:
            return is_moment(value);
        case ValueForm::moments:
            return are_moments(value);
        case ValueForm::utc:
            return is_utc(value);
        case ValueForm::duration:
            return is_duration(value);
        case ValueForm::rule:
            return is_rule(value);
        case ValueForm::offset:
            return fits(value, "+NNNN") || fits(value, "-NNNN") || fits(value, "+NNNNNN") || fits(value, "-NNNNNN");
        case ValueForm::number:
            return value.size() <= 9 && !value.empty() && std::all_of(value.begin(), value.end(), ascii::is_digit);
        case ValueForm::word:
            return all_of(value, "-") && value.size() <= 20;
        case ValueForm::web:
            return is_web(value);
        case ValueForm::mail:
            return is_mail(value);
        case ValueForm::person:
            return value.starts_with("mailto:") && is_mail(value.substr(7));
        case ValueForm::day:
            return fits(value, "NNNN-NN-NN");
    }
    return false;
}

}  // namespace mugaika::checker
