#include "sanitizer/sandboxed/header/date.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::size_t date_bytes_max = 200;
constexpr std::array<std::string_view, 12> months{"jan", "feb", "mar", "apr", "may", "jun",
                                                  "jul", "aug", "sep", "oct", "nov", "dec"};

struct Zone {
    std::string_view name;
    int minutes;
};
// RFC 5322 4.3; JST is none of them, but Japanese systems write it.
constexpr std::array zones{Zone{"ut", 0},     Zone{"gmt", 0},    Zone{"utc", 0},    Zone{"z", 0},
                           Zone{"est", -300}, Zone{"edt", -240}, Zone{"cst", -360}, Zone{"cdt", -300},
                           Zone{"mst", -420}, Zone{"mdt", -360}, Zone{"pst", -480}, Zone{"pdt", -420},
                           Zone{"jst", 540}};

std::string without_comments(std::string_view text) {
    std::string out;
    std::size_t depth = 0;
    for (const char c : text) {
        if (c == '(') ++depth;
        if (depth == 0) out.push_back(c);
        if (c == ')' && depth > 0) --depth;
        if (c == ')' && depth == 0) out.push_back(' ');
    }
    return out;
}

// Words parted by blanks and commas; so is an ISO date from its time: "2026-11-20T09:12:00+09:00".
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words(1);
    for (std::size_t i = 0; i < text.size(); ++i) {
        const char c = text[i];
        const bool is_iso_t = (c == 'T' || c == 't') && words.back().size() == 10 && ascii::is_digit(words.back()[9]);
        if (ascii::is_space(c) || c == ',' || is_iso_t) {
            if (!words.back().empty()) words.emplace_back();
        } else {
            words.back().push_back(ascii::to_lower(c));
        }
    }
    if (words.back().empty()) words.pop_back();
    return words;
}

std::optional<int> number(std::string_view digits, std::size_t digits_min, std::size_t digits_max) {
    if (digits.size() < digits_min || digits.size() > digits_max) return std::nullopt;
    int value = 0;
    for (const char c : digits) {
        if (!ascii::is_digit(c)) return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

std::optional<int> read_year(std::string_view word) {
    const std::optional<int> year = number(word, 2, 4);
    if (!year || word.size() == 4) return year;
    if (word.size() == 3) return *year + 1900;
    return *year < 50 ? *year + 2000 : *year + 1900;
}

// Its name, or as programs that know no English write it: "11月".
std::optional<int> read_month(std::string_view word) {
    constexpr std::string_view moon = "\xe6\x9c\x88";
    if (word.ends_with(moon)) return number(word.substr(0, word.size() - moon.size()), 1, 2);
    const auto found = std::find(months.begin(), months.end(), word.substr(0, 3));
    if (found == months.end()) return std::nullopt;
    return static_cast<int>(found - months.begin()) + 1;
}

// Seconds of the day; fractions of a second are passed over. A leap second is the last one before it.
std::optional<int> read_time(std::string_view word) {
    const std::size_t first = word.find(':');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = word.find(':', first + 1);
    const bool has_seconds = second != std::string_view::npos;
    if (has_seconds) word = word.substr(0, word.find('.', second));
    const auto hour = number(word.substr(0, first), 1, 2);
    const auto minute = number(word.substr(first + 1, has_seconds ? second - first - 1 : word.npos), 2, 2);
    const auto seconds = has_seconds ? number(word.substr(second + 1), 2, 2) : std::optional(0);
    if (!hour || !minute || !seconds || *hour > 23 || *minute > 59 || *seconds > 60) return std::nullopt;
    return *hour * 3600 + *minute * 60 + std::min(*seconds, 59);
}

// +0900, +09:00, +09
std::optional<int> read_offset(std::string_view word) {
    if (word.empty() || (word[0] != '+' && word[0] != '-')) return std::nullopt;
    const std::string_view digits = word.substr(1);
    const std::size_t hour_digits = digits.find(':') == std::string_view::npos && digits.size() != 4
                                        ? digits.size()
                                        : std::min<std::size_t>(digits.find(':'), 2);
    std::string_view rest = digits.substr(std::min(hour_digits, digits.size()));
    if (rest.starts_with(':')) rest.remove_prefix(1);
    const auto hours = number(digits.substr(0, hour_digits), 1, 2);
    const auto minutes = hour_digits == digits.size() ? std::optional(0) : number(rest, 2, 2);
    if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
    return (word[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
}

// An offset, a name, or both: "GMT+0900".
std::optional<int> read_zone(std::string_view word) {
    for (const std::string_view prefix : {"gmt", "utc"}) {
        if (word.starts_with(prefix) && word.size() > prefix.size()) return read_offset(word.substr(prefix.size()));
    }
    if (const auto offset = read_offset(word)) return offset;
    const auto found = std::find_if(zones.begin(), zones.end(), [&](const Zone& zone) { return zone.name == word; });
    if (found != zones.end()) return found->minutes;
    // Other alphabetic zones count as unknown, that is -0000 (RFC 5322 4.3).
    if (!word.empty() && std::all_of(word.begin(), word.end(), ascii::is_alpha)) return 0;
    return std::nullopt;
}

// What has been found of a date; each part once.
struct Found {
    std::optional<int> day, month, year, seconds, zone;
    bool is_afternoon = false, is_twelve_hours = false;
};

bool take_once(std::optional<int>& part, std::optional<int> value) {
    if (part || !value) return false;
    part = value;
    return true;
}

// 2026-11-20, 2026/11/20, 20-Nov-2026
bool take_joined_date(std::string_view word, Found& found) {
    const char separator = word.find('/') == std::string_view::npos ? '-' : '/';
    const std::size_t first = word.find(separator), second = word.find(separator, first + 1);
    if (second == std::string_view::npos) return false;
    const std::string_view a = word.substr(0, first), b = word.substr(first + 1, second - first - 1);
    const std::string_view c = word.substr(second + 1);
    if (a.size() == 4) {
        return take_once(found.year, number(a, 4, 4)) && take_once(found.month, number(b, 1, 2)) &&
               take_once(found.day, number(c, 1, 2));
    }
    return separator == '-' && take_once(found.day, number(a, 1, 2)) && take_once(found.month, read_month(b)) &&
           take_once(found.year, read_year(c));
}

// "09:12:00", and what ISO 8601 writes behind it without a blank: "09:12:00+09:00", "09:12:00Z".
bool take_time(std::string_view word, Found& found) {
    const std::size_t zone = word.find_first_of("+-z");
    if (zone != std::string_view::npos && !take_once(found.zone, read_zone(word.substr(zone)))) return false;
    return take_once(found.seconds, read_time(word.substr(0, zone)));
}

// The order tells day and year apart: "20 Nov 2026", "Nov 20 2026" and asctime's "Nov 20 09:12:00 2026".
bool take_number(std::string_view word, Found& found) {
    if (!found.day) return take_once(found.day, number(word, 1, 2));
    return found.month && take_once(found.year, read_year(word));
}

bool take_word(std::string_view word, Found& found) {
    if (ascii::is_digit(word.front())) {
        if (word.find(':') != std::string_view::npos) return take_time(word, found);
        if (word.find_first_of("-/") != std::string_view::npos) return take_joined_date(word, found);
        if (!found.month && take_once(found.month, word.ends_with("\xe6\x9c\x88") ? read_month(word) : std::nullopt))
            return true;
        return take_number(word, found);
    }
    if (found.seconds && (word == "am" || word == "pm")) {
        found.is_afternoon = word == "pm";
        return !std::exchange(found.is_twelve_hours, true);
    }
    if (!found.month && take_once(found.month, read_month(word))) return true;
    return found.seconds && take_once(found.zone, read_zone(word));
}

std::optional<DateFact> to_fact(const Found& found) {
    if (!found.day || !found.month || !found.year || !found.seconds) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*found.year},
                                           std::chrono::month(static_cast<unsigned>(*found.month)),
                                           std::chrono::day(static_cast<unsigned>(*found.day))};
    if (!date.ok() || *found.year < 1971 || *found.year > 2099) return std::nullopt;
    int seconds = *found.seconds;
    if (found.is_twelve_hours) {
        constexpr int half_a_day = 12 * 3600;
        if (seconds < 3600 || seconds >= half_a_day + 3600) return std::nullopt;
        seconds = seconds % half_a_day + (found.is_afternoon ? half_a_day : 0);
    }
    const int zone = found.zone.value_or(0);
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return DateFact{days * 86400 + seconds - zone * 60, zone};
}

// A name of a weekday in any language: the first word, unless it is a month or begins with a digit.
bool is_weekday(std::string_view word) { return !ascii::is_digit(word.front()) && !read_month(word); }

}  // namespace

std::optional<DateFact> read_date(std::string_view untrusted_value) {
    if (untrusted_value.size() > date_bytes_max) return std::nullopt;
    std::vector<std::string> words = words_of(without_comments(untrusted_value));
    if (!words.empty() && is_weekday(words.front())) words.erase(words.begin());
    Found found;
    for (const std::string& word : words) {
        if (!take_word(word, found)) return std::nullopt;
    }
    return to_fact(found);
}

}  // namespace mugaika::sandboxed
