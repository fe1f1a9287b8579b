// Colour profiles (ICC.1:2022; version 2 in ICC.1:2001-04) with the numbers that turn a picture's samples into colours
// and nothing else: no description, maker, device, date, and no room between the tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace mugaika::codec::pdf {

// Nothing for what is no profile of that many components, or has none of the tables that we know: matrix and curves,
// or look-up tables of 8 and 16 bits. The reduced form of a reduced profile is itself.
std::optional<std::string> reduced_profile(std::string_view untrusted, std::int64_t components);

}  // namespace mugaika::codec::pdf
