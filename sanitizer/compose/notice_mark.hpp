// The lines between which a notice stands, and the lines of a sender that look like them. A reader and the gate take
// what stands between the marks for our words, so nobody else may write them.
#pragma once

#include <string_view>

#include "policy/policy.hpp"

namespace mugaika {

std::string_view opening_mark(Language) noexcept;
std::string_view closing_mark(Language) noexcept;

// Could a person, or a program that ignores blanks, take this line for a mark? Blanks, width, case and the kind of
// dashes do not matter. Linear.
bool looks_like_mark(std::string_view line);

}  // namespace mugaika
