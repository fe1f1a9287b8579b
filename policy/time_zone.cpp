#include "policy/time_zone.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <optional>

#include "policy/ascii.hpp"

namespace mugaika {
namespace {

constexpr std::size_t zone_name_bytes_max = 64;
constexpr int japan_minutes = 540;

// tzset(3): known by their rule, so that a machine without the database knows them as well.
struct KnownRule {
    std::string_view name;
    const char* rule;
};
constexpr std::array known_rules{KnownRule{japan_zone, "JST-9"}, KnownRule{"UTC", "UTC0"}};

const char* rule_of(std::string_view name) noexcept {
    for (const KnownRule& known : known_rules) {
        if (known.name == name) return known.rule;
    }
    return nullptr;
}

// A name of the database, never a path out of it.
bool has_form_of_a_name(std::string_view name) noexcept {
    constexpr std::string_view also = "_+-/";
    const bool known =
        std::all_of(name.begin(), name.end(), [&](char c) { return ascii::is_alnum(c) || also.find(c) != also.npos; });
    return known && !name.empty() && name.size() <= zone_name_bytes_max && ascii::is_alpha(name.front());
}

std::string two_digits(int value) { return (value < 10 ? "0" : "") + std::to_string(value); }

// On the clock of the zone; nothing for what has no year of four digits.
std::optional<std::chrono::sys_seconds> local_moment(std::int64_t unix_seconds, const ZoneTime& zone) {
    constexpr std::int64_t first_second = -62135596800;  // of the year 1
    constexpr std::int64_t last_second = 253402300799;   // of the year 9999
    constexpr std::int64_t day = 86400;                  // more than any offset
    if (unix_seconds < first_second + day || unix_seconds > last_second - day) return std::nullopt;
    return std::chrono::sys_seconds(std::chrono::seconds(unix_seconds + std::int64_t{60} * zone.offset_minutes));
}

std::string offset_name(int minutes) {
    const int distance = minutes < 0 ? -minutes : minutes;
    return std::string("UTC") + (minutes < 0 ? "-" : "+") + two_digits(distance / 60) + ":" + two_digits(distance % 60);
}

}  // namespace

ZoneTime zone_of_offset(int minutes) {
    if (minutes == japan_minutes) return {minutes, "JST"};
    return {minutes, minutes == 0 ? "UTC" : offset_name(minutes)};
}

std::string day_text(std::int64_t unix_seconds, const ZoneTime& zone) {
    const auto local = local_moment(unix_seconds, zone);
    if (!local) return {};
    const std::chrono::year_month_day day(std::chrono::floor<std::chrono::days>(*local));
    std::array<char, 32> text{};
    std::snprintf(text.data(), text.size(), "%04d-%02u-%02u", static_cast<int>(day.year()),
                  static_cast<unsigned>(day.month()), static_cast<unsigned>(day.day()));
    return text.data();
}

std::string moment_text(std::int64_t unix_seconds, const ZoneTime& zone) {
    const auto local = local_moment(unix_seconds, zone);
    if (!local) return {};
    const std::chrono::hh_mm_ss time(*local - std::chrono::floor<std::chrono::days>(*local));
    return day_text(unix_seconds, zone) + " " + two_digits(static_cast<int>(time.hours().count())) + ":" +
           two_digits(static_cast<int>(time.minutes().count())) + " (" + zone.name + ")";
}

ZoneTime japan_time(std::int64_t) { return zone_of_offset(japan_minutes); }

ZoneTime process_time(std::int64_t unix_seconds) {
    const std::time_t seconds = unix_seconds;
    std::tm local{};
    if (localtime_r(&seconds, &local) == nullptr) return {0, "UTC"};
    const int minutes = static_cast<int>(local.tm_gmtoff / 60);
    const std::string_view letters = local.tm_zone == nullptr ? "" : local.tm_zone;
    const bool is_name = letters.size() >= 3 && std::all_of(letters.begin(), letters.end(), ascii::is_alpha);
    return {minutes, is_name ? std::string(letters) : offset_name(minutes)};
}

bool is_time_zone(const std::string& name) {
    if (rule_of(name) != nullptr) return true;
    if (!has_form_of_a_name(name)) return false;
    const char* const folder = std::getenv("TZDIR");
    std::ifstream file(std::string(folder == nullptr ? "/usr/share/zoneinfo" : folder) + "/" + name, std::ios::binary);
    std::array<char, 4> magic{};
    return file.read(magic.data(), magic.size()) && std::string_view(magic.data(), magic.size()) == "TZif";
}

void use_time_zone(const std::string& name) {
    if (name.empty()) return;
    const char* const rule = rule_of(name);
    ::setenv("TZ", rule != nullptr ? rule : name.c_str(), 1);
    ::tzset();
}

}  // namespace mugaika
