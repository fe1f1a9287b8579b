// Values of calendars and contacts that are no text: each as it is written anew, or nothing where it is none.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mugaika::codec {

// "20260401T090000Z", "20260401T090000", "20260401".
bool is_date(std::string_view) noexcept;
bool is_local_time(std::string_view) noexcept;
bool is_utc_time(std::string_view) noexcept;

std::optional<std::string> duration_value(std::string_view untrusted);  // "PT1H30M"
std::optional<std::string> rule_value(std::string_view untrusted);      // RRULE; nothing that repeats within a day
std::optional<std::string> offset_value(std::string_view untrusted);    // "+0900"
std::optional<std::string> number_value(std::string_view untrusted, int max);
// In upper case, when it is one of them.
std::optional<std::string> word_value(std::string_view untrusted, std::span<const std::string_view> words);
std::optional<std::string> web_address(std::string_view untrusted);   // http and https
std::optional<std::string> mail_address(std::string_view untrusted);  // in ASCII, with or without "mailto:"

}  // namespace mugaika::codec
