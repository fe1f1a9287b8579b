// The lines between which a notice stands, and the lines of a sender that look like them. A reader and the gate take
// what stands between the marks for our words, so nobody else may write them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "policy/policy.hpp"

namespace mugaika {

std::string_view opening_mark(Language) noexcept;
std::string_view closing_mark(Language) noexcept;

// Could a person take this line for a mark, or for a sentence of ours? Compared as a skeleton (policy/skeleton): it
// holds a phrase of the marks or `phrase` (that of the site, "" for none), begins like a sentence that only a notice
// has, or names the system and draws a rule. Linear.
bool looks_like_mark(std::string_view line, std::string_view phrase = {});

// Does it say a name of the system, with or without a rule? For names and subjects, where there are no rules.
bool names_system(std::string_view line);

// Where the lines begin in a text of whole lines, LF, that a person could take for ours: those that look like a mark,
// those that name the system next to a line with a rule, and titles over several lines. Lines that are quoted are none,
// and part what is around them. Ascending offsets. Linear.
std::vector<std::size_t> look_alikes(std::string_view text, std::string_view phrase = {});

}  // namespace mugaika
