// Whether two short names are the same: asked several times for each member of each line of a log, so it is no call.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

namespace mugaika {

namespace same_key_of {

template <class Number>
bool ends_alike(std::string_view a, std::string_view b) noexcept {
    const auto at = [](const char* from) {
        Number number;
        std::memcpy(&number, from, sizeof number);
        return number;
    };
    const std::size_t last = a.size() - sizeof(Number);
    return at(a.data()) == at(b.data()) && at(a.data() + last) == at(b.data() + last);
}

}  // namespace same_key_of

inline bool same_key(std::string_view a, std::string_view b) noexcept {
    if (a.size() != b.size()) return false;
    if (a.size() > 16) return a == b;
    if (a.size() >= 8) return same_key_of::ends_alike<std::uint64_t>(a, b);
    if (a.size() >= 4) return same_key_of::ends_alike<std::uint32_t>(a, b);
    if (a.size() >= 2) return same_key_of::ends_alike<std::uint16_t>(a, b);
    return a.empty() || a.front() == b.front();
}

}  // namespace mugaika
