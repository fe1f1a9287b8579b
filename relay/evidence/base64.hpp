// Base64 of short values that are ours (RFC 4648 4). What mail brings is read by the sanitizer's own.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace mugaika::base64 {

std::string encode(std::span<const unsigned char>);
std::optional<std::string> decode(std::string_view untrusted);  // with its padding, and nothing else

}  // namespace mugaika::base64
