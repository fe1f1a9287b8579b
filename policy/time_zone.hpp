// Which clock people read: the offset of a place at a moment, and the name by which readers know it.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace mugaika {

struct ZoneTime {
    int offset_minutes = 0;  // east of UTC
    std::string name;        // "JST"; "UTC+05:45" where the zone has no letters of its own. Printable ASCII
};

// What the clocks of a zone show at that moment.
using TimeZone = ZoneTime (*)(std::int64_t unix_seconds);

// The zone of a sender of whom nothing is known but an offset: "JST", "UTC" or "UTC+05:45".
ZoneTime zone_of_offset(int minutes);

// The one form in which moments stand in a mail: "2026-11-05 10:11 (JST)"; of a day "2026-11-05". "" for years before
// 1 and after 9999.
std::string moment_text(std::int64_t unix_seconds, const ZoneTime&);
std::string day_text(std::int64_t unix_seconds, const ZoneTime&);

inline constexpr std::string_view japan_zone = "Asia/Tokyo";
ZoneTime japan_time(std::int64_t unix_seconds);    // without any database
ZoneTime process_time(std::int64_t unix_seconds);  // of the zone that this process lives in (TZ)

// Does the machine know a zone of this name ("Europe/Berlin")? "Asia/Tokyo" and "UTC" are known without its database.
bool is_time_zone(const std::string& name);

// From now on the process lives there, and what it starts. Only while no other thread reads a clock; "" changes
// nothing.
void use_time_zone(const std::string& name);

}  // namespace mugaika
