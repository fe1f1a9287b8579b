#include "sanitizer/sandboxed/handlers/calendar_time.hpp"

#include <unicode/timezone.h>

#include <algorithm>
#include <chrono>

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {
namespace {

constexpr std::int64_t day_seconds = 86400;
constexpr std::size_t zones_max = 50;  // of one calendar
constexpr const char* zone_of_japan = "Asia/Tokyo";

bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), ascii::is_digit); }

int number(std::string_view digits) {
    int value = 0;
    for (const char c : digits) value = value * 10 + (c - '0');
    return value;
}

std::string padded(int value, std::size_t width) {
    const std::string digits = std::to_string(value);
    return std::string(width - std::min(width, digits.size()), '0') + digits;
}

// RFC 5545 3.3.4 and 3.3.5.
struct WrittenTime {
    std::int64_t seconds = 0;  // since 1970, as if it were UTC
    bool has_time = false;
    bool is_utc = false;
};

std::optional<WrittenTime> read_time(std::string_view value) {
    if (value.size() < 8 || !all_digits(value.substr(0, 8))) return std::nullopt;
    const std::chrono::year_month_day day(std::chrono::year(number(value.substr(0, 4))),
                                          std::chrono::month(static_cast<unsigned>(number(value.substr(4, 2)))),
                                          std::chrono::day(static_cast<unsigned>(number(value.substr(6, 2)))));
    if (!day.ok()) return std::nullopt;
    WrittenTime read;
    read.seconds = std::chrono::sys_days(day).time_since_epoch().count() * day_seconds;
    if (value.size() == 8) return read;
    if (value.size() < 15 || value[8] != 'T' || !all_digits(value.substr(9, 6))) return std::nullopt;
    const int hour = number(value.substr(9, 2));
    const int minute = number(value.substr(11, 2));
    if (hour > 23 || minute > 59) return std::nullopt;
    read.seconds += hour * 3600 + minute * 60;
    read.has_time = true;
    read.is_utc = value.substr(15) == "Z";
    return read;
}

std::string date_text(std::int64_t seconds) {
    const std::chrono::year_month_day day(
        std::chrono::floor<std::chrono::days>(std::chrono::sys_seconds(std::chrono::seconds(seconds))));
    return padded(static_cast<int>(day.year()), 4) + "-" +
           padded(static_cast<int>(static_cast<unsigned>(day.month())), 2) + "-" +
           padded(static_cast<int>(static_cast<unsigned>(day.day())), 2);
}

std::string clock_text(std::int64_t seconds) {
    const auto minutes = static_cast<int>((seconds % day_seconds + day_seconds) % day_seconds / 60);
    return padded(minutes / 60, 2) + ":" + padded(minutes % 60, 2);
}

// "+0900", "-043000"
std::optional<int> offset_minutes(std::string_view text) {
    text = ascii::trim(text);
    if (text.size() < 5 || (text[0] != '+' && text[0] != '-') || !all_digits(text.substr(1, 4))) return std::nullopt;
    const int minutes = number(text.substr(1, 2)) * 60 + number(text.substr(3, 2));
    return text[0] == '-' ? -minutes : minutes;
}

icu::UnicodeString to_icu(std::string_view text) {
    return icu::UnicodeString::fromUTF8(icu::StringPiece(text.data(), static_cast<std::int32_t>(text.size())));
}

// nullptr for a name that is not in the tables.
std::unique_ptr<icu::TimeZone> zone_by_name(const icu::UnicodeString& name) {
    std::unique_ptr<icu::TimeZone> zone(icu::TimeZone::createTimeZone(name));
    if (zone == nullptr || *zone == icu::TimeZone::getUnknown()) return nullptr;
    return zone;
}

// Also as Outlook ("Tokyo Standard Time") and old Mozillas ("/mozilla.org/20050126_1/Asia/Tokyo") write them.
std::unique_ptr<icu::TimeZone> zone_by_tzid(std::string_view tzid) {
    constexpr std::size_t name_bytes_max = 100;
    if (tzid.empty() || tzid.size() > name_bytes_max) return nullptr;
    if (auto zone = zone_by_name(to_icu(tzid))) return zone;
    UErrorCode error = U_ZERO_ERROR;
    icu::UnicodeString by_windows;
    icu::TimeZone::getIDForWindowsID(to_icu(tzid), nullptr, by_windows, error);
    if (U_SUCCESS(error) && !by_windows.isEmpty()) return zone_by_name(by_windows);
    const std::size_t last = tzid.rfind('/');
    const std::size_t before = last == std::string_view::npos || last == 0 ? last : tzid.rfind('/', last - 1);
    if (before == std::string_view::npos) return nullptr;
    return zone_by_name(to_icu(tzid.substr(before + 1)));
}

}  // namespace

struct ReadersClock::Zone {
    std::unique_ptr<icu::TimeZone> icu;

    // Nothing when ICU has no answer.
    std::optional<std::int64_t> offset_seconds(std::int64_t seconds, bool is_local) const {
        UErrorCode error = U_ZERO_ERROR;
        std::int32_t raw = 0;
        std::int32_t summer = 0;
        icu->getOffset(static_cast<UDate>(seconds) * U_MILLIS_PER_SECOND, is_local, raw, summer, error);
        if (U_FAILURE(error)) return std::nullopt;
        return (std::int64_t{raw} + summer) / U_MILLIS_PER_SECOND;
    }
};

ReadersClock::ReadersClock(const std::string& zone) : readers_(std::make_unique<Zone>()), name_(zone) {
    readers_->icu = zone_by_name(to_icu(zone));
    if (readers_->icu == nullptr) {
        name_ = zone_of_japan;
        readers_->icu.reset(icu::TimeZone::createTimeZone(zone_of_japan));
    }
    if (name_ == zone_of_japan) name_ = "JST";
}

ReadersClock::~ReadersClock() = default;

void ReadersClock::define(const std::string& tzid, std::string_view offset) {
    const auto minutes = offset_minutes(offset);
    if (!minutes || tzid.empty()) return;
    const auto known = offset_minutes_.find(tzid);
    if (known == offset_minutes_.end()) {
        if (offset_minutes_.size() < zones_max) offset_minutes_.emplace(tzid, *minutes);
    } else if (known->second != *minutes) {
        known->second.reset();
    }
}

std::optional<std::int64_t> ReadersClock::utc_of(std::int64_t written, const std::string& tzid) const {
    if (const Zone* zone = zone_of(tzid)) {
        const auto offset = zone->offset_seconds(written, true);
        return offset ? std::optional(written - *offset) : std::nullopt;
    }
    const auto defined = offset_minutes_.find(tzid);
    if (defined == offset_minutes_.end() || !defined->second) return std::nullopt;
    return written - std::int64_t{*defined->second} * 60;
}

// Asking ICU takes its time, so each zone is asked for once, and only so many are.
const ReadersClock::Zone* ReadersClock::zone_of(const std::string& tzid) const {
    const auto known = zones_.find(tzid);
    if (known != zones_.end()) return known->second.get();
    if (zones_.size() >= zones_max) return nullptr;
    auto icu = zone_by_tzid(tzid);
    auto zone = icu == nullptr ? nullptr : std::make_unique<Zone>(Zone{std::move(icu)});
    return zones_.emplace(tzid, std::move(zone)).first->second.get();
}

std::optional<std::int64_t> ReadersClock::readers_seconds(std::int64_t written, bool is_utc,
                                                          const std::string& tzid) const {
    const auto utc = is_utc ? std::optional(written) : utc_of(written, tzid);
    if (!utc) return std::nullopt;
    const auto offset = readers_->offset_seconds(*utc, false);
    return offset ? std::optional(*utc + *offset) : std::nullopt;
}

std::string ReadersClock::show(std::string_view value, const std::string& tzid) const {
    const auto written = read_time(value);
    if (!written) return std::string(value);
    if (!written->has_time) return date_text(written->seconds);
    const auto shown = readers_seconds(written->seconds, written->is_utc, tzid);
    const std::int64_t seconds = shown.value_or(written->seconds);
    const std::string zone = shown ? name_ : tzid.empty() ? "時間帯の指定なし" : tzid;
    return date_text(seconds) + " " + clock_text(seconds) + " (" + zone + ")";
}

int ReadersClock::days_ahead(std::string_view value, const std::string& tzid) const {
    const auto written = read_time(value);
    if (!written || !written->has_time) return 0;
    const auto shown = readers_seconds(written->seconds, written->is_utc, tzid);
    if (!shown) return 0;
    const auto day_of = [](std::int64_t seconds) {
        return std::chrono::floor<std::chrono::days>(std::chrono::seconds(seconds)).count();
    };
    return static_cast<int>(day_of(*shown) - day_of(written->seconds));
}

std::string day_before(std::string_view value) {
    const auto written = read_time(value);
    if (!written || written->has_time) return std::string(value);
    std::string text = date_text(written->seconds - day_seconds);
    std::erase(text, '-');
    return text;
}

}  // namespace mugaika::sandboxed
