// How often something comes again, in words.
#pragma once

#include <string>
#include <string_view>

#include "sanitizer/sandboxed/handlers/calendar_time.hpp"

namespace mugaika::sandboxed {

// An RRULE (RFC 5545 3.3.10): "FREQ=WEEKLY;BYDAY=TU;COUNT=10" → "毎週 火曜日、全10回". `days_ahead` of the first date:
// weekdays are those of the reader's date. What has no words here stays as it is written.
std::string rule_in_words(std::string_view rule, const ReadersClock&, const std::string& tzid, int days_ahead);

// A DURATION (RFC 5545 3.3.6): "PT1H30M" → "1時間30分".
std::string duration_in_words(std::string_view duration);

}  // namespace mugaika::sandboxed
