// What the name of a header field is made of (RFC 5322 2.2), for telling mails from prose.
#pragma once

#include <algorithm>
#include <string_view>

#include "policy/ascii.hpp"

namespace mugaika::sandboxed {

inline bool is_field_name(std::string_view name) noexcept {
    constexpr std::size_t bytes_max = 76;  // prose may have a colon somewhere in a long line
    return !name.empty() && name.size() <= bytes_max &&
           std::all_of(name.begin(), name.end(), [](char c) { return ascii::is_printable(c) && c != ' ' && c != ':'; });
}

}  // namespace mugaika::sandboxed
