// Reads a rebuilt PDF whole: header, objects 1..N in order, each reached and of a known kind, streams, cross-reference
// table, trailer, nothing before, between or after. Linear in the file and in what its streams unpack to.
#pragma once

#include <cstdint>
#include <string_view>

#include "policy/result.hpp"

namespace mugaika::checker {

// The number of pages, or Fault::protocol with words: what was expected where.
Result<std::uint32_t> check_pdf(std::string_view untrusted);

}  // namespace mugaika::checker
