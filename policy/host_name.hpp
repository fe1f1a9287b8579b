// The names of hosts in configuration and certificates.
#pragma once

#include <string_view>

namespace mugaika {

// RFC 1123 2.1: dot-separated labels of letters, digits and "-"; at most 255 bytes; no address.
bool is_domain(std::string_view text) noexcept;

}  // namespace mugaika
