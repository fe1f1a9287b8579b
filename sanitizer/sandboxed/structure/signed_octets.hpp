// What the second part of a multipart/signed is the signature of: the octets of the first part, its header with it,
// exactly as they came (RFC 1847 2.1, RFC 8551 3.1.1).
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

#include "sanitizer/sandboxed/structure/mime_reader.hpp"

namespace mugaika::sandboxed {

// `signature`: the entity's index. Nothing unless it is the second of two parts of a multipart/signed.
std::optional<std::string_view> signed_octets(const MailStructure&, std::size_t signature);

}  // namespace mugaika::sandboxed
