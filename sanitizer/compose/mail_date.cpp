#include "sanitizer/compose/mail_date.hpp"

#include <array>
#include <chrono>
#include <string_view>

namespace mugaika {
namespace {

constexpr std::array<std::string_view, 7> weekdays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::array<std::string_view, 12> months{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                  "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

// `value` must not be negative.
std::string padded(std::int64_t value, std::size_t digits) {
    std::string text = std::to_string(value);
    return text.size() < digits ? std::string(digits - text.size(), '0') + text : text;
}

std::string offset_text(int minutes) {
    const int absolute = minutes < 0 ? -minutes : minutes;
    return (minutes < 0 ? "-" : "+") + padded(absolute / 60, 2) + padded(absolute % 60, 2);
}

// The clock on the wall at that offset.
struct WallClock {
    explicit WallClock(const DateFact& date)
        : local(std::chrono::seconds(date.unix_seconds + std::int64_t{60} * date.offset_minutes)),
          day(std::chrono::floor<std::chrono::days>(local)),
          calendar(day),
          time(local - day) {}

    std::int64_t year() const { return static_cast<int>(calendar.year()); }
    unsigned month() const { return static_cast<unsigned>(calendar.month()); }
    unsigned day_of_month() const { return static_cast<unsigned>(calendar.day()); }
    std::string hours_and_minutes() const {
        return padded(time.hours().count(), 2) + ":" + padded(time.minutes().count(), 2);
    }

    std::chrono::sys_seconds local;
    std::chrono::sys_days day;
    std::chrono::year_month_day calendar;
    std::chrono::hh_mm_ss<std::chrono::seconds> time;
};

DateFact local_date(std::chrono::system_clock::time_point moment, TimeZone zone) {
    const auto seconds = std::chrono::floor<std::chrono::seconds>(moment.time_since_epoch());
    return {seconds.count(), zone(seconds.count()).offset_minutes};
}

}  // namespace

bool is_writable(const DateFact& date) noexcept {
    constexpr std::int64_t year_9999_ends = 253402300800;
    constexpr std::int64_t one_day = 86400;  // more than any offset
    return date.unix_seconds >= one_day && date.unix_seconds < year_9999_ends - one_day &&
           date.offset_minutes > -1440 && date.offset_minutes < 1440;
}

std::string mail_date(const DateFact& date) {
    const WallClock clock(date);
    return std::string(weekdays.at(std::chrono::weekday(clock.day).c_encoding())) + ", " +
           padded(clock.day_of_month(), 2) + " " + std::string(months.at(clock.month() - 1)) + " " +
           padded(clock.year(), 4) + " " + clock.hours_and_minutes() + ":" + padded(clock.time.seconds().count(), 2) +
           " " + offset_text(date.offset_minutes);
}

DateFact received_date(const ComposeFacts& facts) noexcept { return local_date(facts.received_at, facts.zone); }

DateFact order_date(const ComposeFacts& facts) noexcept { return local_date(facts.order->ordered_at, facts.zone); }

DateFact follow_up_date(const ComposeFacts& facts) noexcept { return local_date(facts.followed_at, facts.zone); }

}  // namespace mugaika
