#include "relay/log/timestamp.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdio>
#include <ctime>

#include "policy/ascii.hpp"
#include "policy/time_zone.hpp"

namespace mugaika {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

struct LocalTime {
    std::tm fields{};
    int milliseconds = 0;
};

LocalTime local_time(Moment moment) {
    const auto whole = std::chrono::floor<seconds>(moment);
    const std::time_t unix_seconds = whole.time_since_epoch().count();
    LocalTime local;
    localtime_r(&unix_seconds, &local.fields);
    local.milliseconds = static_cast<int>(std::chrono::floor<milliseconds>(moment - whole).count());
    return local;
}

// Reads fixed-width numbers and separators; the first thing that does not fit makes all later answers worthless.
class Digits {
public:
    explicit Digits(std::string_view text) : rest_(text) {}

    int number(std::size_t width) {
        int value = 0;
        for (std::size_t i = 0; i < width; ++i) {
            if (rest_.empty() || !ascii::is_digit(rest_.front())) return fail();
            value = value * 10 + (rest_.front() - '0');
            rest_.remove_prefix(1);
        }
        return value;
    }
    bool next_is(std::string_view any_of) const {
        return !rest_.empty() && any_of.find(rest_.front()) != std::string_view::npos;
    }
    char take(std::string_view any_of) {
        if (!next_is(any_of)) {
            fail();
            return '\0';
        }
        const char c = rest_.front();
        rest_.remove_prefix(1);
        return c;
    }
    void skip_digits() {
        while (!rest_.empty() && ascii::is_digit(rest_.front())) rest_.remove_prefix(1);
    }
    bool good_end() const { return good_ && rest_.empty(); }

private:
    int fail() {
        good_ = false;
        return 0;
    }
    std::string_view rest_;
    bool good_ = true;
};

struct CivilDay {
    int year = 0, month = 0, day = 0;

    std::chrono::year_month_day calendar() const {
        return {std::chrono::year(year), std::chrono::month(static_cast<unsigned>(month)),
                std::chrono::day(static_cast<unsigned>(day))};
    }
    // Logs come from other hands too, and what lies past a Moment's nanoseconds would overflow.
    bool ok() const { return year >= 1970 && year <= 2200 && calendar().ok(); }
};

CivilDay read_day(Digits& digits) {
    CivilDay day;
    day.year = digits.number(4);
    digits.take("-");
    day.month = digits.number(2);
    digits.take("-");
    day.day = digits.number(2);
    return day;
}

milliseconds read_fraction(Digits& digits) {
    if (!digits.next_is(".")) return {};
    digits.take(".");
    int value = digits.number(1) * 100;  // at least one digit (RFC 3339 5.6)
    for (const int weight : {10, 1}) {
        if (digits.next_is("0123456789")) value += digits.number(1) * weight;
    }
    digits.skip_digits();
    return milliseconds(value);
}

std::chrono::minutes read_offset(Digits& digits) {
    const char sign = digits.take("zZ+-");
    if (sign == 'z' || sign == 'Z') return {};
    const int hours = digits.number(2);
    digits.take(":");
    const int minutes = digits.number(2);
    const int all = hours * 60 + minutes;
    return std::chrono::minutes(sign == '-' ? -all : all);
}

}  // namespace

std::uint64_t unix_seconds(Moment moment) noexcept {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(moment.time_since_epoch()).count();
    return static_cast<std::uint64_t>(std::max<std::int64_t>(seconds, 0));
}

std::string rfc3339(Moment moment) {
    const LocalTime local = local_time(moment);
    const long offset = local.fields.tm_gmtoff / 60;
    const long distance = offset < 0 ? -offset : offset;
    std::array<char, 64> text{};
    const std::size_t day = std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%S", &local.fields);
    std::snprintf(text.data() + day, text.size() - day, ".%03d%c%02ld:%02ld", local.milliseconds,
                  offset < 0 ? '-' : '+', distance / 60, distance % 60);
    return text.data();
}

std::string local_time_text(Moment moment) {
    const LocalTime local = local_time(moment);
    std::array<char, 64> text{};
    std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S ", &local.fields);
    return text.data() + process_time(std::chrono::floor<seconds>(moment).time_since_epoch().count()).name;
}

std::optional<Moment> moment_from_rfc3339(std::string_view text) {
    Digits digits(text);
    const CivilDay day = read_day(digits);
    digits.take("Tt ");
    const int hour = digits.number(2);
    digits.take(":");
    const int minute = digits.number(2);
    digits.take(":");
    const int second = digits.number(2);
    const milliseconds fraction = read_fraction(digits);
    const std::chrono::minutes offset = read_offset(digits);
    if (!digits.good_end() || !day.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
    return std::chrono::sys_days(day.calendar()) + std::chrono::hours(hour) + std::chrono::minutes(minute) +
           seconds(second) + fraction - offset;
}

}  // namespace mugaika
