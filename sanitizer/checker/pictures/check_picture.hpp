// Reads a picture that a codec made, whole, by the narrow form in which it writes them, and refuses everything else.
// Shares no code with the codec; assumes that the codec was taken over.
#pragma once

#include <cstdint>
#include <string_view>

#include "policy/result.hpp"

namespace mugaika::checker {

// JPEG or PNG, told by the first bytes. The number of pages, always 1, or what stood where and what was expected.
Result<std::uint32_t> check_picture(std::string_view untrusted);

}  // namespace mugaika::checker
