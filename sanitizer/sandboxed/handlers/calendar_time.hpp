// Times of calendars on the clock of those who read them. ICU's own tables of zones: no file is opened.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace mugaika::sandboxed {

class ReadersClock {
public:
    // An IANA name; one that nobody knows is Asia/Tokyo.
    explicit ReadersClock(const std::string& zone);
    ~ReadersClock();

    // What a VTIMEZONE says of a zone: a TZOFFSETTO as written. For zones that ICU does not know, and that have no
    // summer time, which is a second offset.
    void define(const std::string& tzid, std::string_view offset);

    // 20260401T090000Z → "2026-04-01 18:00 (JST)". A zone that nobody knows is named, and a time without one said to
    // have none; 20260401 → "2026-04-01". What is no date-time stays as it is.
    std::string show(std::string_view value, const std::string& tzid) const;

    // By how many days the reader's date is ahead of the written one: -1, 0 or 1.
    int days_ahead(std::string_view value, const std::string& tzid) const;

private:
    struct Zone;

    // Seconds since 1970 as the reader's clock shows them; nothing when the zone is not known.
    std::optional<std::int64_t> readers_seconds(std::int64_t written, bool is_utc, const std::string& tzid) const;
    std::optional<std::int64_t> utc_of(std::int64_t written, const std::string& tzid) const;
    const Zone* zone_of(const std::string& tzid) const;

    std::unique_ptr<Zone> readers_;
    std::string name_;
    mutable std::map<std::string, std::unique_ptr<Zone>> zones_;  // asked for; nullptr for what ICU does not know
    std::map<std::string, std::optional<int>> offset_minutes_;    // of VTIMEZONEs; nothing where it changes
};

// 20260402 → 20260401, for last days that do not count; as it is when it is no date.
std::string day_before(std::string_view value);

}  // namespace mugaika::sandboxed
