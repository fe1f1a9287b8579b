// Lines of the log that a client could cause by the thousand: the first is said at once, what follows is counted and
// said now and then as one number. Nobody fills the log by connecting, and nobody is left out of it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <list>
#include <map>
#include <string_view>
#include <utility>
#include <vector>

#include "policy/ip_address.hpp"
#include "policy/matrix.hpp"

namespace mugaika {

// For one thread.
class SummedLines {
public:
    using Time = std::chrono::steady_clock::time_point;

    // Of whom, and for what. IPv6 by /64, as clients are counted everywhere.
    struct Name {
        IpAddress client;
        const Outcome* row = nullptr;
        std::string_view why;  // of static life
    };
    struct Sum {
        Name name;
        std::uint64_t times = 0;
    };

    // `pause`: between two lines of one name. Past `names_max` the name that was said longest ago is forgotten; its
    // number is due at once.
    SummedLines(Time::duration pause, std::size_t names_max) : pause_(pause), names_max_(names_max) {}

    // One more. How many the line to be said now stands for; 0: none now.
    std::uint64_t add(const Name&, Time now);
    // What is to be said now though nothing more came.
    std::vector<Sum> due(Time now);
    // All that was not said, at the end.
    std::vector<Sum> rest();

private:
    struct Entry {
        Sum not_said;
        Time said_at;
    };
    using Entries = std::list<Entry>;  // said longest ago first
    using Key = std::pair<IpAddress::V6Bytes, std::string_view>;
    static Key key_of(const Name& name) { return {name.client.bytes(), name.why}; }
    void forget_oldest();

    Time::duration pause_;
    std::size_t names_max_;
    Entries entries_;
    std::map<Key, Entries::iterator> by_key_;
    std::vector<Sum> forgotten_;
};

}  // namespace mugaika
