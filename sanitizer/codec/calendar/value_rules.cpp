#include "sanitizer/codec/calendar/value_rules.hpp"

#include <algorithm>
#include <array>
#include <cstdint>

#include "policy/ascii.hpp"
#include "policy/mail_address.hpp"
#include "sanitizer/sandboxed/handlers/calendar_lines.hpp"

namespace mugaika::codec {
namespace {

bool all_digits(std::string_view text) noexcept {
    return !text.empty() && std::all_of(text.begin(), text.end(), ascii::is_digit);
}

int number_at(std::string_view digits) noexcept {
    int number = 0;
    for (const char c : digits) number = number * 10 + (c - '0');
    return number;
}

bool is_time(std::string_view text) noexcept {
    return text.size() == 6 && all_digits(text) && number_at(text.substr(0, 2)) < 24 &&
           number_at(text.substr(2, 2)) < 60 && number_at(text.substr(4, 2)) <= 60;
}

// One letter behind a number, and what is left.
bool take_counted(std::string_view& text, char letter) noexcept {
    const auto digits =
        static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), ascii::is_digit) - text.begin());
    if (digits == 0 || digits > 6 || digits == text.size() || text[digits] != letter) return false;
    text.remove_prefix(digits + 1);
    return true;
}

bool is_rule_part(std::string_view name, std::string_view value) {
    constexpr auto frequencies = std::to_array<std::string_view>({"DAILY", "WEEKLY", "MONTHLY", "YEARLY"});
    constexpr auto lists = std::to_array<std::string_view>(
        {"BYHOUR", "BYMINUTE", "BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH", "BYSETPOS", "WKST"});
    if (name == "FREQ") return std::find(frequencies.begin(), frequencies.end(), value) != frequencies.end();
    if (name == "COUNT" || name == "INTERVAL") return all_digits(value) && value.size() <= 6;
    if (name == "UNTIL") return is_date(value) || is_local_time(value) || is_utc_time(value);
    const auto is_list_sign = [](char c) {
        return ascii::is_upper(c) || ascii::is_digit(c) || c == ',' || c == '-' || c == '+';
    };
    return std::find(lists.begin(), lists.end(), name) != lists.end() && !value.empty() && value.size() <= 400 &&
           std::all_of(value.begin(), value.end(), is_list_sign);
}

}  // namespace

bool is_date(std::string_view text) noexcept {
    if (text.size() != 8 || !all_digits(text)) return false;
    const int month = number_at(text.substr(4, 2)), day = number_at(text.substr(6, 2));
    return month >= 1 && month <= 12 && day >= 1 && day <= 31;
}

bool is_local_time(std::string_view text) noexcept {
    return text.size() == 15 && text[8] == 'T' && is_date(text.substr(0, 8)) && is_time(text.substr(9));
}

bool is_utc_time(std::string_view text) noexcept {
    return text.size() == 16 && text.back() == 'Z' && is_local_time(text.substr(0, 15));
}

std::optional<std::string> duration_value(std::string_view untrusted) {
    const std::string text = sandboxed::to_upper(ascii::trim(untrusted));
    std::string_view rest = text;
    if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
    if (!rest.starts_with('P')) return std::nullopt;
    rest.remove_prefix(1);
    if (take_counted(rest, 'W')) return rest.empty() ? std::optional(text) : std::nullopt;
    bool has_any = take_counted(rest, 'D');
    if (rest.starts_with('T')) {
        rest.remove_prefix(1);
        const bool has_hours = take_counted(rest, 'H'), has_minutes = take_counted(rest, 'M'),
                   has_seconds = take_counted(rest, 'S');
        if (!has_hours && !has_minutes && !has_seconds) return std::nullopt;
        has_any = true;
    }
    return has_any && rest.empty() ? std::optional(text) : std::nullopt;
}

std::optional<std::string> rule_value(std::string_view untrusted) {
    const std::string text = sandboxed::to_upper(ascii::trim(untrusted));
    std::string frequency, others;
    for (std::string_view rest = text; !rest.empty();) {
        const std::string_view part = rest.substr(0, rest.find(';'));
        rest.remove_prefix(std::min(part.size() + 1, rest.size()));
        const std::size_t equals = part.find('=');
        if (part.empty()) continue;
        if (equals == part.npos || !is_rule_part(part.substr(0, equals), part.substr(equals + 1))) return std::nullopt;
        if (part.starts_with("FREQ=")) {
            frequency = part;
        } else {
            others.append(";").append(part);
        }
    }
    return frequency.empty() ? std::nullopt : std::optional(frequency + others);
}

std::optional<std::string> offset_value(std::string_view untrusted) {
    const std::string_view text = ascii::trim(untrusted);
    const bool fits = (text.size() == 5 || text.size() == 7) && (text[0] == '+' || text[0] == '-') &&
                      all_digits(text.substr(1)) && number_at(text.substr(1, 2)) < 24 &&
                      number_at(text.substr(3, 2)) < 60;
    return fits ? std::optional(std::string(text)) : std::nullopt;
}

std::optional<std::string> number_value(std::string_view untrusted, int max) {
    const std::string_view text = ascii::trim(untrusted);
    if (!all_digits(text) || text.size() > 9 || number_at(text) > max) return std::nullopt;
    return std::to_string(number_at(text));
}

std::optional<std::string> word_value(std::string_view untrusted, std::span<const std::string_view> words) {
    std::string word = sandboxed::to_upper(ascii::trim(untrusted));
    return std::find(words.begin(), words.end(), word) == words.end() ? std::nullopt : std::optional(std::move(word));
}

std::optional<std::string> web_address(std::string_view untrusted) {
    constexpr std::string_view unfit = "\"<>\\^`{|}";
    constexpr std::size_t bytes_max = 2000;
    const std::string_view text = ascii::trim(untrusted);
    const std::string_view scheme = ascii::istarts_with(text, "https://")  ? "https://"
                                    : ascii::istarts_with(text, "http://") ? "http://"
                                                                           : "";
    const bool fits = !scheme.empty() && text.size() > scheme.size() && text.size() <= bytes_max &&
                      std::all_of(text.begin(), text.end(),
                                  [&](char c) { return c > ' ' && c <= '~' && unfit.find(c) == unfit.npos; });
    if (!fits) return std::nullopt;
    return std::string(scheme).append(text.substr(scheme.size()));
}

std::optional<std::string> mail_address(std::string_view untrusted) {
    std::string_view text = ascii::trim(untrusted);
    if (ascii::istarts_with(text, "mailto:")) text.remove_prefix(7);
    const auto address = MailAddress::parse(text);
    if (!address) return std::nullopt;
    const std::string written = address->text();
    constexpr std::string_view signs = ".!#$%&'*+/=?^_`{|}~-@";
    const bool fits = std::all_of(written.begin(), written.end(),
                                  [&](char c) { return ascii::is_alnum(c) || signs.find(c) != signs.npos; });
    return fits ? std::optional(written) : std::nullopt;
}

}  // namespace mugaika::codec
