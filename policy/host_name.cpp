#include "policy/host_name.hpp"

#include <algorithm>

#include "policy/ascii.hpp"

namespace mugaika {
namespace {

constexpr std::size_t domain_bytes_max = 255;  // RFC 5321 4.5.3.1.2
constexpr std::size_t label_bytes_max = 63;    // RFC 1035 2.3.4

bool is_label(std::string_view label) noexcept {
    const bool ldh = std::all_of(label.begin(), label.end(), [](char c) { return ascii::is_alnum(c) || c == '-'; });
    return ldh && !label.empty() && label.size() <= label_bytes_max && label.front() != '-' && label.back() != '-';
}

}  // namespace

bool is_domain(std::string_view text) noexcept {
    if (text.empty() || text.size() > domain_bytes_max) return false;
    for (;;) {
        const std::size_t dot = text.find('.');
        const std::string_view label = text.substr(0, dot);
        if (!is_label(label)) return false;
        if (dot == std::string_view::npos) return !std::all_of(label.begin(), label.end(), ascii::is_digit);
        text.remove_prefix(dot + 1);
    }
}

}  // namespace mugaika
