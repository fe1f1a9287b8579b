// So many a minute for each name: token buckets in a table of bounded size. A bucket begins full, so that a burst of a
// minute's share passes at once; then it fills evenly. When the table is full, the name that was not used for longest
// is forgotten, which forgives at most what it had used up: at 20,000 names it takes as many others within a minute.
// The clock is the caller's (a steady one: AC-251).
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <string>
#include <string_view>
#include <unordered_map>

namespace mugaika {

class RateTable {
public:
    using Time = std::chrono::steady_clock::time_point;

    // per_minute 0: no limit, and nothing is remembered.
    RateTable(std::uint32_t per_minute, std::size_t names_max) : per_minute_(per_minute), names_max_(names_max) {}

    void use(std::uint32_t per_minute, std::size_t names_max);  // from now on
    bool take(std::string_view name, Time now);                 // false: there is none left for now
    std::size_t names() const noexcept { return buckets_.size(); }

private:
    struct Bucket {
        std::string name;
        Time::duration credit;  // a minute when full
        Time filled_at;
    };
    using Buckets = std::list<Bucket>;  // used last first

    Time::duration cost() const noexcept { return Time::duration(std::chrono::minutes(1)) / per_minute_; }
    void forget_oldest();
    Bucket& bucket_of(std::string_view name, Time now);

    std::uint32_t per_minute_;
    std::size_t names_max_;
    Buckets buckets_;
    std::unordered_map<std::string_view, Buckets::iterator> by_name_;  // keys are views of the buckets' names
};

}  // namespace mugaika
