#include "relay/stats/moment_option.hpp"

#include <array>
#include <cstdint>
#include <ctime>
#include <optional>
#include <string>

#include "policy/ascii.hpp"
#include "policy/shown_text.hpp"

namespace mugaika {
namespace {

namespace chrono = std::chrono;

constexpr std::size_t quoted_bytes_max = 100;
constexpr int first_year = 1970;
constexpr int last_year = 2200;
constexpr std::size_t count_digits_max = 6;  // of -N: 999,999 weeks lie before all years

Error not_a_time(std::string_view text) {
    return {Fault::bad_input,
            "\"" + shown_text(text, quoted_bytes_max) +
                "\" is no time; expected 2026-11-29, \"2026-11-29 05:59\", 2026-11, today, yesterday, "
                "\"last month\", \"this fiscal year\" (from April), -2h (also m, d, w), or RFC 3339 as "
                "2026-11-29T05:59:00+09:00"};
}

Error out_of_range(std::string_view text, const std::string& what) {
    return {Fault::bad_input, "\"" + shown_text(text, quoted_bytes_max) + "\" is no time: " + what};
}

// A local time down to the unit that was written.
struct Written {
    std::array<int, 6> fields{0, 1, 1, 0, 0, 0};  // year month day hour minute second
    std::size_t count = 0;                        // of the fields that were written
};

// Two digits, four for the year, behind the separator that belongs before each; nothing for another shape.
std::optional<Written> read_written(std::string_view text) {
    constexpr std::array<std::string_view, 6> separators{"", "-", "-", " Tt", ":", ":"};
    Written written;
    while (!text.empty() && written.count < separators.size()) {
        const std::string_view separator = separators.at(written.count);
        const std::size_t width = written.count == 0 ? 4 : 2;
        if (!separator.empty()) {
            if (separator.find(text.front()) == std::string_view::npos) return std::nullopt;
            text.remove_prefix(1);
        }
        if (text.size() < width) return std::nullopt;
        int value = 0;
        for (const char c : text.substr(0, width)) {
            if (!ascii::is_digit(c)) return std::nullopt;
            value = value * 10 + (c - '0');
        }
        text.remove_prefix(width);
        written.fields.at(written.count++) = value;
    }
    const bool a_unit = written.count == 2 || written.count == 3 || written.count >= 5;  // no lone year, no lone hour
    return text.empty() && a_unit ? std::optional(written) : std::nullopt;
}

unsigned days_of_month(int year, int month) {
    const chrono::year_month_day_last last(chrono::year(year) /
                                           chrono::month_day_last(chrono::month(static_cast<unsigned>(month))));
    return static_cast<unsigned>(last.day());
}

// "" when there is such a time.
std::string what_is_wrong(const Written& written) {
    const auto& [year, month, day, hour, minute, second] = written.fields;
    if (year < first_year || year > last_year) return "the year must be 1970 to 2200";
    if (month < 1 || month > 12) return "the month must be 01 to 12";
    const unsigned days = days_of_month(year, month);
    if (day < 1 || static_cast<unsigned>(day) > days) {
        return "this month has the days 01 to " + std::to_string(days);
    }
    if (hour > 23) return "the hour must be 00 to 23";
    if (minute > 59) return "the minute must be 00 to 59";
    if (second > 59) return "the second must be 00 to 59";
    return {};
}

Moment local_moment(const Written& written, DayEdge edge) {
    std::tm local{};
    local.tm_year = written.fields[0] - 1900;
    local.tm_mon = written.fields[1] - 1;
    local.tm_mday = written.fields[2];
    local.tm_hour = written.fields[3];
    local.tm_min = written.fields[4];
    local.tm_sec = written.fields[5];
    if (edge == DayEdge::end) {  // mktime carries over
        local.tm_mon += written.count == 2 ? 1 : 0;
        local.tm_mday += written.count == 3 ? 1 : 0;
        local.tm_min += written.count == 5 ? 1 : 0;
    }
    local.tm_isdst = -1;
    return chrono::system_clock::from_time_t(std::mktime(&local));
}

Moment day_from_now(Moment now, int days, DayEdge edge) {
    const std::time_t seconds = chrono::system_clock::to_time_t(now);
    std::tm local{};
    localtime_r(&seconds, &local);
    local.tm_mday += days + (edge == DayEdge::end ? 1 : 0);
    local.tm_hour = local.tm_min = local.tm_sec = 0;
    local.tm_isdst = -1;
    return chrono::system_clock::from_time_t(std::mktime(&local));
}

// "this month", "last fiscal year" …; nothing for other words.
std::optional<Moment> named_span(std::string_view text, Moment now, DayEdge edge) {
    struct Span {
        std::string_view name;
        int months;       // how long
        int first_month;  // counted from January; of a month: whichever it is
    };
    constexpr int april = 3;
    constexpr std::array spans{Span{"month", 1, 0}, Span{"year", 12, 0}, Span{"fiscal year", 12, april}};
    const bool last = text.starts_with("last ");
    if (!last && !text.starts_with("this ")) return std::nullopt;
    for (const Span& span : spans) {
        if (text.substr(5) != span.name) continue;
        const std::time_t seconds = chrono::system_clock::to_time_t(now);
        std::tm local{};
        localtime_r(&seconds, &local);
        if (span.months == 12) local.tm_mon -= (local.tm_mon - span.first_month + 12) % 12;  // mktime carries over
        local.tm_mon += (edge == DayEdge::end ? span.months : 0) - (last ? span.months : 0);
        local.tm_mday = 1;
        local.tm_hour = local.tm_min = local.tm_sec = 0;
        local.tm_isdst = -1;
        return chrono::system_clock::from_time_t(std::mktime(&local));
    }
    return std::nullopt;
}

std::optional<chrono::minutes> length_of(char unit) {
    switch (unit) {
        case 'm':
            return chrono::minutes(1);
        case 'h':
            return chrono::hours(1);
        case 'd':
            return chrono::days(1);
        case 'w':
            return chrono::weeks(1);
        default:
            return std::nullopt;
    }
}

// "-2h": nothing for another shape.
std::optional<Result<Moment>> so_long_ago(std::string_view text, Moment now) {
    if (text.size() < 3 || text.front() != '-') return std::nullopt;
    const auto unit = length_of(text.back());
    const std::string_view digits = text.substr(1, text.size() - 2);
    if (!unit || digits.find_first_not_of("0123456789") != std::string_view::npos) return std::nullopt;
    if (digits.size() > count_digits_max) return Result<Moment>(out_of_range(text, "it lies before 1970"));
    std::int64_t count = 0;
    for (const char c : digits) count = count * 10 + (c - '0');
    const chrono::minutes ago = *unit * count;
    if (ago > chrono::floor<chrono::minutes>(now.time_since_epoch())) {
        return Result<Moment>(out_of_range(text, "it lies before 1970"));
    }
    return Result<Moment>(now - ago);
}

}  // namespace

Result<Moment> moment_from_option(std::string_view untrusted_text, DayEdge edge, Moment now) {
    const std::string_view text = ascii::trim(untrusted_text);
    if (text == "today") return day_from_now(now, 0, edge);
    if (text == "yesterday") return day_from_now(now, -1, edge);
    if (const auto span = named_span(text, now, edge)) return *span;
    if (const auto ago = so_long_ago(text, now)) return *ago;
    const auto written = read_written(text);
    if (!written) {
        const auto moment = moment_from_rfc3339(text);
        if (moment) return *moment;
        return not_a_time(text);
    }
    const std::string wrong = what_is_wrong(*written);
    if (!wrong.empty()) return out_of_range(text, wrong);
    return local_moment(*written, edge);
}

}  // namespace mugaika
