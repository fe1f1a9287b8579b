#include "sanitizer/sandboxed/header/date.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <string>
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

// Words parted by blanks and commas.
std::vector<std::string> words_of(std::string_view text) {
    std::vector<std::string> words(1);
    for (const char c : text) {
        if (ascii::is_space(c) || c == ',') {
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

std::optional<int> read_month(std::string_view word) {
    const auto found = std::find(months.begin(), months.end(), word.substr(0, 3));
    if (found == months.end()) return std::nullopt;
    return static_cast<int>(found - months.begin()) + 1;
}

// Seconds of the day. A leap second is the last one before it.
std::optional<int> read_time(std::string_view word) {
    const std::size_t first = word.find(':');
    if (first == std::string_view::npos) return std::nullopt;
    const std::size_t second = word.find(':', first + 1);
    const bool has_seconds = second != std::string_view::npos;
    const auto hour = number(word.substr(0, first), 1, 2);
    const auto minute = number(word.substr(first + 1, has_seconds ? second - first - 1 : word.npos), 2, 2);
    const auto seconds = has_seconds ? number(word.substr(second + 1), 2, 2) : std::optional(0);
    if (!hour || !minute || !seconds || *hour > 23 || *minute > 59 || *seconds > 60) return std::nullopt;
    return *hour * 3600 + *minute * 60 + std::min(*seconds, 59);
}

std::optional<int> read_zone(std::string_view word) {
    if (word.size() == 5 && (word[0] == '+' || word[0] == '-')) {
        const auto hours = number(word.substr(1, 2), 2, 2), minutes = number(word.substr(3), 2, 2);
        if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
        return (word[0] == '-' ? -1 : 1) * (*hours * 60 + *minutes);
    }
    const auto found = std::find_if(zones.begin(), zones.end(), [&](const Zone& zone) { return zone.name == word; });
    if (found != zones.end()) return found->minutes;
    // Other alphabetic zones count as unknown, that is -0000 (RFC 5322 4.3).
    if (!word.empty() && std::all_of(word.begin(), word.end(), ascii::is_alpha)) return 0;
    return std::nullopt;
}

}  // namespace

std::optional<DateFact> read_date(std::string_view untrusted_value) {
    if (untrusted_value.size() > date_bytes_max) return std::nullopt;
    std::vector<std::string> words = words_of(without_comments(untrusted_value));
    if (!words.empty() && ascii::is_alpha(words.front().front())) words.erase(words.begin());  // the weekday
    if (words.size() != 5) return std::nullopt;
    const auto day = number(words[0], 1, 2), month = read_month(words[1]), year = read_year(words[2]);
    const auto seconds = read_time(words[3]), zone = read_zone(words[4]);
    if (!day || !month || !year || !seconds || !zone) return std::nullopt;
    const std::chrono::year_month_day date{std::chrono::year{*year}, std::chrono::month(static_cast<unsigned>(*month)),
                                           std::chrono::day(static_cast<unsigned>(*day))};
    if (!date.ok() || *year < 1971 || *year > 2099) return std::nullopt;
    const std::int64_t days = std::chrono::sys_days(date).time_since_epoch().count();
    return DateFact{days * 86400 + *seconds - *zone * 60, *zone};
}

}  // namespace mugaika::sandboxed
