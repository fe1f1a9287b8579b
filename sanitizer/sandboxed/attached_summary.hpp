// What is said of an attached mail above its text: From, To, Subject, Date.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "sanitizer/mail/extract.hpp"

namespace mugaika::sandboxed {

// Only fields that are there; at most ten addresses a field and 1000 bytes a line, "…" where more was cut.
std::vector<std::pair<std::string, PlainLine>> attached_summary(const HeaderFacts&);

}  // namespace mugaika::sandboxed
