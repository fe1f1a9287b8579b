// PNG as our codec writes it (ISO 15948), and nothing else.
#pragma once

#include <cstdint>
#include <string_view>

#include "policy/result.hpp"

namespace mugaika::checker {

// IHDR; gAMA, cHRM or sRGB; PLTE; tRNS; pHYs, each at most once, in this order and within the bounds of what it means;
// one IDAT, whose stream gives exactly the rows that the size says, with known filters, and for pixels smaller than a
// byte none and clear bits behind the last pixel; IEND; the end. Time and memory are linear in the rows, of which there
// may be FileLimits::picture_bytes_max. Gives 1, or where something else stood.
Result<std::uint32_t> check_png(std::string_view untrusted);

}  // namespace mugaika::checker
