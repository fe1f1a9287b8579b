#include "relay/inbound/rate_table.hpp"

#include <algorithm>

namespace mugaika {
namespace {

constexpr std::chrono::minutes full{1};

}  // namespace

void RateTable::use(std::uint32_t per_minute, std::size_t names_max) {
    per_minute_ = per_minute;
    names_max_ = names_max;
    while (buckets_.size() > names_max_) forget_oldest();
}

bool RateTable::take(std::string_view name, Time now) {
    if (per_minute_ == 0) return true;
    Bucket& bucket = bucket_of(name, now);
    bucket.credit = std::min<Time::duration>(full, bucket.credit + (now - bucket.filled_at));
    bucket.filled_at = now;
    if (bucket.credit < cost()) return false;
    bucket.credit -= cost();
    return true;
}

void RateTable::forget_oldest() {
    by_name_.erase(buckets_.back().name);
    buckets_.pop_back();
}

RateTable::Bucket& RateTable::bucket_of(std::string_view name, Time now) {
    const auto known = by_name_.find(name);
    if (known != by_name_.end()) {
        buckets_.splice(buckets_.begin(), buckets_, known->second);
        return buckets_.front();
    }
    if (buckets_.size() >= names_max_) forget_oldest();
    buckets_.push_front({std::string(name), full, now});
    by_name_.emplace(buckets_.front().name, buckets_.begin());
    return buckets_.front();
}

}  // namespace mugaika
