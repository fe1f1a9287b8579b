#include "relay/stats/time_histogram.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

namespace mugaika {
namespace {

constexpr unsigned class_bits = 4;
constexpr std::uint64_t classes_of_a_power = 1u << class_bits;

}  // namespace

// Below sixteen each value has its own; above, the first four bits behind the leading one tell the class.
std::uint16_t TimeHistogram::class_of(Time time) noexcept {
    const auto value = static_cast<std::uint64_t>(std::max<Time::rep>(time.count(), 0));
    if (value < classes_of_a_power) return static_cast<std::uint16_t>(value);
    const auto power = static_cast<unsigned>(std::bit_width(value)) - 1;
    const std::uint64_t within = (value >> (power - class_bits)) & (classes_of_a_power - 1);
    return static_cast<std::uint16_t>((power - class_bits + 1) * classes_of_a_power + within);
}

TimeHistogram::Time TimeHistogram::middle_of(std::uint16_t place) noexcept {
    if (place < classes_of_a_power) return Time(place);
    const auto shift = static_cast<unsigned>(place / classes_of_a_power - 1);
    const std::uint64_t low = (classes_of_a_power + place % classes_of_a_power) << shift;
    return Time(static_cast<Time::rep>(low + (std::uint64_t{1} << shift) / 2));
}

void TimeHistogram::add(Time time) { add(class_of(time), 1); }

void TimeHistogram::add(std::uint16_t place, std::uint64_t times) {
    const auto at = std::lower_bound(classes_.begin(), classes_.end(), place,
                                     [](const auto& known, std::uint16_t wanted) { return known.first < wanted; });
    if (at != classes_.end() && at->first == place) {
        at->second += times;
    } else {
        classes_.insert(at, {place, times});
    }
    count_ += times;
}

TimeHistogram& TimeHistogram::operator+=(const TimeHistogram& other) {
    for (const auto& [place, times] : other.classes_) add(place, times);
    return *this;
}

TimeHistogram::Time TimeHistogram::percentile(double share) const noexcept {
    const auto wanted = static_cast<std::uint64_t>(std::ceil(share * static_cast<double>(count_)));
    std::uint64_t so_far = 0;
    for (const auto& [place, times] : classes_) {
        so_far += times;
        if (so_far >= wanted) return middle_of(place);
    }
    return Time::zero();
}

}  // namespace mugaika
