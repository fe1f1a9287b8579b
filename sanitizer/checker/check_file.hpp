// The one front of all checkers.
#pragma once

#include <cstdint>
#include <string_view>

#include "policy/result.hpp"
#include "sanitizer/mail/safe_kind.hpp"

namespace mugaika::checker {

// Is it, whole, a file of this kind in our canonical form? Its number of pages, sheets or slides; 1 for a picture.
// Fails with Fault::protocol and words that say what stood where.
Result<std::uint32_t> check_file(SafeKind, std::string_view untrusted);

}  // namespace mugaika::checker
