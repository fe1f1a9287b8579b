#include "relay/stats/moment_reader.hpp"

#include <algorithm>
#include <array>

#include "policy/ascii.hpp"

namespace mugaika {
namespace {

// "2026-11-20T09:15:02.123+09:00", as we write it.
constexpr std::size_t usual_size = 29;
constexpr std::size_t seconds_at = 17;
constexpr std::size_t offset_at = 23;
constexpr std::string_view no_seconds = "00.000";

// Milliseconds of "02.123"; nothing for a minute's end or what is none.
std::optional<std::chrono::milliseconds> within_minute(std::string_view text) {
    constexpr std::array weights{10'000, 1'000, 0, 100, 10, 1};
    int value = 0;
    for (std::size_t i = 0; i < weights.size(); ++i) {
        if (i == 2 ? text[i] != '.' : !ascii::is_digit(text[i])) return std::nullopt;
        value += (text[i] - '0') * weights[i];
    }
    if (value >= 60'000) return std::nullopt;
    return std::chrono::milliseconds(value);
}

}  // namespace

bool MomentReader::is_of_same_minute(std::string_view text) const noexcept {
    const std::string_view minute = minute_;
    return text.size() == minute.size() && text.substr(0, seconds_at) == minute.substr(0, seconds_at) &&
           text.substr(offset_at) == minute.substr(offset_at);
}

std::optional<Moment> MomentReader::read(std::string_view text) {
    if (text.size() != usual_size) return moment_from_rfc3339(text);
    const auto within = within_minute(text.substr(seconds_at, no_seconds.size()));
    if (!within) return moment_from_rfc3339(text);
    if (!is_of_same_minute(text)) {
        const auto moment = moment_from_rfc3339(text);
        if (!moment) return std::nullopt;
        minute_ = text;
        minute_.replace(seconds_at, no_seconds.size(), no_seconds);
        begin_ = *moment - *within;
    }
    return begin_ + *within;
}

}  // namespace mugaika
